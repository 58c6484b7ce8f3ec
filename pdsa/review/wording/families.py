"""Forms of one word that share no stem: ``write`` and ``wrote``, ``leen`` and ``lectura``.

Each line is a family, by how its words begin (``le.`` is the whole word). Without accents.
"""

import re

_FAMILIES = """
solv solut resolv resuelv resuelt resoluc solucion
writ wrot
speak spok speech
teach taught
think thought
choos chose choice
know knew
say said
tell told
draw drew
find found.
give giving gave
make making made.
take taking took
begin began begun
keep kept
feel felt
hear heard
build built
understand understood
describ descript
prove. proves proved proving proof
argu argument
child children
leer leen lee. leemos leye leido leida lectur lector
escrib escrit
decir dicen dice. dijo dijer dicho
pensar piens pensam
contar cuent contaron contamos conteo
mostrar muestr mostraron mostramos
demostr demuestr
empez empiez empiec
comenz comienz
entend entiend
jugar jueg jugaron juego
recordar recuerd recordaron
respond respuest
pedir piden pide. pidier
hacer hacen hace. hizo hicier hecho
oir. oyen oye. oyer
dividir divid divis
comprend comprens
discut discus
probar prueb probaron prueba
elegir eligen elige. eleccion
"""


def _pattern(family: str) -> re.Pattern[str]:
    begins = "|".join(rf"{each[:-1]}\b" if each.endswith(".") else each for each in family.split())
    return re.compile(rf"\b(?:{begins})")


_PATTERNS = tuple(map(_pattern, _FAMILIES.strip().splitlines()))


def family_of(word: str) -> re.Pattern[str] | None:
    """What finds the words of the family that a word belongs to; ``None`` for a regular word."""
    return next((each for each in _PATTERNS if each.match(word)), None)
