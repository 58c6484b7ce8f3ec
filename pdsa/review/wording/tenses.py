"""The words by which ``intention`` knows a plan from a report: English and Spanish tables.

Every word stands in lower case and without accents, unless the table says otherwise.
"""

import re


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


# -- both languages ------------------------------------------------------------------------

#: Whoever of the team acts; "students will use it" may be a lesson and is left alone.
TEAM = _words(
    "we i us team teacher teachers coach coaches facilitator "
    "nosotros nosotras yo equipo maestra maestras maestro maestros docente docentes profesora "
    "profesoras profesor profesores"
)
#: May stand between the subject and its verb.
ADVERBS = _words(
    "also then all both now probably certainly definitely still not each again tambien ya ahora "
    "todas todos ambas ambos no luego entonces"
)
#: Where a clause ends and another begins, beside , ; ( ) and dashes.
CONJUNCTIONS = _words(
    "but because since and so although though while then y e pero porque aunque pues mientras sino"
)
#: A past after one of these is asked, not told: "see whether they used it".
CONDITIONS = frozenset(("if", "whether", "unless", "si"))
#: So is a past after one of these that follows a verb of asking: "find out what worked".
QUESTIONS = _words("which what how who why where when que cual cuales como quien quienes cuantos")
ASKING = _words("see ask out check discuss learn ver saber averiguar preguntar revisar discutir")
#: A share beside one of these is aimed at, not found.
GOALS = _words(
    "target goal aim aimed hope hoped expect expected predict predicted prediction should would "
    "must need goals targets aiming hoping meta metas objetivo objetivos queremos deseamos "
    "buscamos esperamos esperabamos prediccion predijimos debe deben deberia"
)
#: A sentence, or what stands before a plan, is no statement where it has only these and numbers:
#: "Next steps:", "Room 12:".
HEADINGS = _words(
    "plan plans step steps next act study to do todo the our a an for of in on by at this and "
    "first second third then finally last also later soon now tomorrow today again together maybe "
    "perhaps instead therefore meanwhile mr ms mrs dr room rooms class grade period group week "
    "weeks month cycle semester quarter monday tuesday wednesday thursday friday january february "
    "march april may june july august september october november december planes paso pasos "
    "proximo proxima proximos proximas siguiente siguientes accion para de del en el la los las "
    "un una este esta y primero segundo tercero luego despues finalmente tambien ademas ahora hoy "
    "manana pronto juntos juntas entonces sr sra srta salon salones aula clase grado grupo semana "
    "semanas mes ciclo lunes martes miercoles jueves viernes"
)
#: So is one of these: "None yet.", "No data yet.", "Surprises: none".
NOTHINGS = _words(
    "none no not yet so far any surprise surprises data na n a ninguna ninguno no aun todavia "
    "sorpresa sorpresas datos"
)
#: "We decided to meet" belongs to a plan.
DECIDED = frozenset(("agreed", "decided"))
#: With one of these begins what only leads to a plan: "If they ask, we will ...".
SUBORDINATES = _words(
    "if unless when whenever once after before until si cuando apenas despues antes hasta"
)
PREPOSITIONS = _words(
    "in on at for with without from by during as to of about en a al con sin para por desde durante "
    "segun de"
)
DETERMINERS = _words(
    "the a an our their his her its my these those this that both all some most many few el la los "
    "las un una unos unas nuestro nuestra nuestros nuestras mi mis sus estos estas ambos ambas"
)
#: What comes after these is a reason or a reserve, and so a statement: "because it works".
REASONS = _words("because since although though but porque pues aunque pero ;")
#: "We will keep it as students need it" gives a reason, "as soon as they" a time.
AS_FAR = frozenset(("soon", "long", "often", "much", "well", "far"))
#: What is told of these is no plan of the team: "and they forget it".
STUDENTS = _words(
    "students student they it he she kids children learners pupils everyone nobody alumnos alumnas "
    "estudiantes ninos ninas ellos ellas"
)

# -- English -------------------------------------------------------------------------------

#: Past forms that do not end in -ed.
PAST = _words(
    "was were had did saw rose fell grew went gave got took came told said found felt heard knew "
    "kept lost made met ran spoke spent taught understood won wrote began became brought chose "
    "drew held led sat sent stood didn't wasn't weren't hadn't couldn't "
    "arose ate awoke blew bought broke built caught clung crept dealt drank drove dug fled flew "
    "forgave forgot fought froze hid hung knelt laid leapt lent misunderstood mistook outgrew "
    "overcame overheard oversaw overtook paid rang rebuilt redid rewrote rode sang sank shone shook "
    "shrank slept slid sold sought sprang stole struck swam swept swore swung threw tore undertook "
    "withdrew withheld woke wore wove"
)
#: Past forms that may also be a noun or an adjective: a past where somebody is named before them
#: or a thing after them ("they left", "left the frame blank", "shot up"), else they prove nothing.
PAST_OR_NOUN = _words("left bit shot lit stuck bound ground wound bent dove sped lay spun")
SUBJECTS = _words("we i they he she")
OBJECTS = _words("the a an our their his her its my it them him us me up down half most")
#: Past and present look the same, or the past may be a plan ("we meant to"): nothing is said.
EITHER = PAST_OR_NOUN | _words(
    "put set let fed cut cost hurt read reread hit shut quit split spread beat bet burst cast meant"
)
#: Words in -ed that are no past, and verbs whose past is about a plan: "we planned to".
NO_PAST = _words(
    "need speed feed seed weed red bed shed indeed hundred sacred exceed proceed succeed breed "
    "bleed embed supposed united "
    "planned expected predicted hoped wanted intended aimed agreed decided proposed "
    "usted pared sed merced"
)
#: Before these, -ed is an adjective or a passive of the present: "the revised ticket", "is used".
BEFORE_ADJECTIVE = _words(
    "a an the our their his her its my your this these those each every more is are am be being "
    "been isn't aren't to get gets very well feel feels stay stays seem seems look looks remain "
    "remains"
)
PARTICIPLES = _words(
    "done made held given shown taken seen kept taught chosen written found met heard"
)
WANT = _words("plan plans intend intends hope hopes want wants aim aims propose")
WANTING = _words("planning intending hoping aiming looking wanting")
#: "The plan is to", "our next step is to".
PLAN_NOUNS = _words("plan goal idea intention step aim")
#: Belong to the intention that they stand before: "we *are* going to", "*está* pendiente de".
AUXILIARIES = frozenset(("are", "am", "is", "esta", "estan"))
#: Verbs of the present by which a clause beside a plan is known for a statement: "it is too long".
STATES = _words(
    "is are isn't aren't has hasn't have haven't need needs don't doesn't works helps seem seems "
    "can't cannot know knows shows likes talks uses wants struggles makes means gives gets takes "
    "looks remains"
)
#: So they are where they begin the clause.
STATES_FIRST = _words(
    "it's that's there's they're he's she's es son está hay tiene necesita quiere puede sabe usa "
    "funciona falta sirve cuesta gusta"
)
#: Present of the third person plural: "usan", "tienen".
STATES_ENDINGS_ES = ("an", "en")
NO_STATES_ES = _words(
    "en an can than then when tambien bien quien cien alguien recien examen orden imagen margen "
    "origen joven volumen resumen plan gran tan pan san often open even between children men women "
    "ten seven eleven written given taken been seen green listen screen garden kitchen token human "
    "american happen van"
)
#: "We are going to the library" is on its way there.
PLACES = _words("the a an our their his her this that room class school lunch recess")
NEXT = _words(
    "time week month cycle year semester quarter test round monday tuesday wednesday thursday "
    "friday"
)
#: "To be decided", but not "needs to be decided".
TO_BE = _words(
    "determined decided discussed collected counted reviewed analyzed analysed compared completed "
    "announced measured added done"
)
NO_TO_BE = _words(
    "need needs needed have has had ought want wants wanted seem seems seemed appear appears "
    "appeared able likely supposed going"
)
#: A sentence that begins "To see ...".
PURPOSES = _words(
    "see find compare check learn test look collect review determine measure analyze analyse "
    "understand decide discuss count gather identify"
)

# -- Spanish -------------------------------------------------------------------------------

PAST_ES = _words(
    "vimos hicimos tuvimos dimos pudimos supimos fuimos dijimos pusimos trajimos estuvimos "
    "aprendimos recogimos leimos entendimos comprendimos obtuvimos conocimos respondimos "
    "fue fueron hubo hizo hicieron tuvo tuvieron pudo pudieron dijo dijeron dio dieron vio vieron "
    "estuvo estuvieron puso pusieron supo supieron trajo trajeron hice tuve pude dije estuve "
    "habia habian tenia tenian estaba estaban eran hacia hacian podia podian decia decian "
    "subio recibio escribio respondio aprendio entendio ocurrio sucedio permitio consiguio siguio "
    "pidio sirvio compartio"
)
#: Endings of the preterite and imperfect; those with an accent need it.
PAST_ENDINGS_ES = ("aron", "ieron", "yeron", "ó", "aban", "ábamos")
NO_PAST_ES = _words(
    "baron varon aaron macaron acaban graban traban alaban domino paleto esperabamos pensabamos"
)
#: Past of the first person, where -ré would look like a future.
PAST_RE_ES = _words(
    "compré miré esperé entré mostré logré retiré preparé comparé registré encontré consideré "
    "mejoré separé declaré aclaré paré superé recuperé generé giré tiré exploré"
)
#: Present and preterite at once ("usamos"): it proves nothing, and then nothing is said.
EITHER_ES = ("amos", "imos")
NO_EITHER_ES = _words(
    "vamos estamos damos esperamos pensamos planeamos deseamos planificamos necesitamos ramos "
    "tramos primos ultimos minimos maximos proximos mismos decimos"
)
PERFECT_ES = _words("he ha han hemos has habia habian habiamos")
PARTICIPLE_ES = re.compile(
    r"(?:(?:ad|id)[oa]s?|vist[oa]s?|hech[oa]s?|dich[oa]s?|escrit[oa]s?|puest[oa]s?)$"
)
INFINITIVE_ES = re.compile(r"(?:ar|er|ir)(?:l[oae]s?|se|nos|me)?$")
#: Future of the first person plural, with the irregular ones; also "comparemos", let us compare.
FUTURE_ES = re.compile(r"(?:[aei]|hab|sab|cab|pod|tend|pond|vend|sald|vald|quer|od)remos$")
NO_FUTURE_ES = _words("queremos extremos supremos remos corremos recorremos")
FUTURE_I_ES = re.compile(r"(?:[aei]|hab|sab|pod|tend|pond|vend|sald|quer)ré$")
FUTURE_THEY_ES = re.compile(r"(?:rá|rán|^haran?|^seran?|^tendran?|^podran?)$")
WANT_ES = _words(
    "queremos quiero quisieramos quisiera deseamos planeamos pensamos esperamos pretendemos "
    "planeo pienso espero proponemos planificamos gustaria"
)
PLAN_NOUNS_ES = _words("plan idea meta intencion proposito objetivo paso")
NEXT_ES = frozenset(("proxima", "proximo"))
PURPOSES_ES = _words(
    "ver saber comparar averiguar comprobar medir conocer entender probar observar analizar decidir"
)
STILL_TO_ES = _words("definir hacer decidir determinar contar revisar analizar confirmar comparar")

#: Words, and endings as written, that one of the rules about intentions asks for.
TRIGGERS = (
    WANT
    | WANTING
    | WANT_ES
    | _words(
        "will shall won't we'll i'll let's tbd would like going is remains to be vamos voy van va "
        "es por pendiente pendientes hara haran sera seran tendra tendran podra podran"
    )
)
TRIGGER_ENDINGS = ("remos", "ré", "rá", "rán")
#: A text with none of these holds no intention. Each stands beside letters that it holds, so that
#: most of them need not be looked for. Sentences begin after ". ".
HINTS = {
    "ll": ("will", "shall", "'ll"),
    "'": ("won't", "let's", "'d like"),
    "to": (
        *("ing to", "aim to", "aims to", "hope to", "hopes to", "want to", "wants to"),
        *("plan to", "plans to", "remains to", " to be ", ". to ", "tomorrow"),
    ),
    " is": ("plan is", "goal is t", "idea is t", "step is t", "tion is t", "aim is t"),
    " es": (
        *("idea es", "meta es", "plan es", "objetivo es", "paso es", "sito es", "ión es"),
        "ion es",
    ),
    "plan": ("planea", "planif"),
    "pr": ("propose", "propon", "proxim", "próxim", "preten"),
    "pe": ("pens", "pendiente", "esper"),
    "qu": ("quer", "quier", "quisi"),
    "va": ("vamos", "va a", "van a"),
    "ra": ("hara", "sera", "tendra", "podra", ". para "),
    **{
        alone: (alone,)
        for alone in (
            *("would l", "intend", "next", "tbd", "voy a", "remos", "ré", "rá", "dese", "pien"),
            *("gustar", " por "),
        )
    },
}
