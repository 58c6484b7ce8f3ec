-- Sends the requests of a file in turn; each POST with an Idempotency-Key of its own.
--   wrk -s requests.lua URL -- FILE PREFIX
-- A line of the file is METHOD, path, token and the file of the body, with tabs between.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local asked, at, sent = {}, 0, 0

local function whole(name)
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  prefix = args[2] or ""
  local bodies = {}
  for line in io.lines(args[1]) do
    local method, path, token, body = line:match("^(%S+)\t(%S+)\t(%S+)\t(%S*)$")
    local headers = { ["Authorization"] = "Bearer " .. token, ["Accept"] = "application/json" }
    local text = nil
    if body ~= "" then
      bodies[body] = bodies[body] or whole(body)
      text = bodies[body]
      headers["Content-Type"] = "application/json"
    end
    if method == "GET" then
      asked[#asked + 1] = { ready = wrk.format(method, path, headers) }
    else
      asked[#asked + 1] = { method = method, path = path, headers = headers, body = text }
    end
  end
  at = (number * 17) % #asked
end

function request()
  at = at % #asked + 1
  local each = asked[at]
  if each.ready then return each.ready end
  sent = sent + 1
  each.headers["Idempotency-Key"] = prefix .. "-" .. number .. "-" .. sent
  return wrk.format(each.method, each.path, each.headers, each.body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"failed":%d,"lost":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
