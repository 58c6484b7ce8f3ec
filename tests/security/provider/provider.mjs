// A certified OpenID Provider for the tests: `node provider.mjs '{"redirect_uri": ...}'`.
//
// It listens on a free port of this machine and prints its issuer. Whoever signs in is who they say:
// the login is the subject, and an e-mail address where it has an @.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const alg = asked.alg ?? 'RS256';
const { privateKey } = alg.startsWith('ES')
  ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  : generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), kid: 'first', use: 'sig', alg };

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: asked.client_id,
        client_secret: asked.client_secret,
        redirect_uris: [asked.redirect_uri],
        post_logout_redirect_uris: [asked.back_to],
        token_endpoint_auth_method: asked.auth_method,
        id_token_signed_response_alg: alg,
      },
    ],
    clientAuthMethods: [asked.auth_method],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for tests'] },
    enabledJWA: { idTokenSigningAlgValues: [alg] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: `Teacher ${id.split('@')[0]}`,
        ...(id.includes('@') ? { email: id, email_verified: !id.startsWith('unverified') } : {}),
      }),
    }),
    jwks: { keys: [key] },
    pkce: { methods: ['S256'], required: () => true },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
