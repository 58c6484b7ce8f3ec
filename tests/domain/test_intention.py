"""A Study tells what was done; where a text only says what is intended, the rules know it."""

import pytest

from pdsa.review.wording.intention import Tense, is_intended, written_as
from pdsa.review.wording.tenses import HINTS

DONE, INTENDED, OPEN = Tense.done, Tense.intended, None

ENGLISH = [
    ("Frame use rose from 40% to 64%.", DONE),
    ("We saw that students used the frame once it stood on the ticket.", DONE),
    ("Counted 57 tickets, 36 with the frame.", DONE),
    ("Rose from 12 of 28 to 19 of 27.", DONE),
    ("19 of 28 tickets with a reason", DONE),
    ("Both rooms have shown more talk.", DONE),
    ("The ticket has been tried in Room 14.", DONE),
    ("We expected half of them to use it but saw it on 64% of the tickets.", DONE),
    ("We expected more, but nobody used the second frame. Next time we will model it.", DONE),
    ("It took 9 minutes. We will shorten it.", DONE),
    ("WE SAW NO CHANGE.", DONE),
    ("Will said that his group found it too long.", DONE),
    ("Teacher Will counted the tickets.", DONE),
    ("We will keep the frame because use rose in both rooms.", DONE),
    ("We'll stay with it; talk grew in Room 12.", DONE),
    ("We didn't get to the last task.", DONE),
    ("Last week was short.", DONE),
    ("To see whether it worked we counted 12 tickets.", DONE),
    ("What worked was the frame. We will keep it.", DONE),
    ("We found out which questions were answered.", DONE),
    ("We will look at the tickets and compare both rooms.", INTENDED),
    ("To be decided.", INTENDED),
    ("To be counted on Friday.", INTENDED),
    ("To be sure of it takes time.", OPEN),
    ("We'll count the tickets on Fridays.", INTENDED),
    ("We\u2019ll count the tickets on Fridays.", INTENDED),
    ("we will also then see how many use it", INTENDED),
    ("WE WILL COLLECT THE TICKETS.", INTENDED),
    ("Both teachers will collect the tickets used in Room 12.", INTENDED),
    ("The tickets will be counted and discussed.", INTENDED),
    ("The revised ticket will be tried in Room 14.", INTENDED),
    ("Results to be discussed with the coach.", INTENDED),
    ("TBD", INTENDED),
    ("We will go through the cards and see which questions were answered.", INTENDED),
    ("To see whether we counted right.", INTENDED),
    ("We are going to ask students what helped them.", INTENDED),
    ("We're not going to grade it.", INTENDED),
    ("We plan to look at the tickets together.", INTENDED),
    ("The team wants to see whether students used the frame.", INTENDED),
    ("We would like to try it with a partner.", INTENDED),
    ("Our next step is to rehearse the frame.", INTENDED),
    ("Next time we model the frame first.", INTENDED),
    ("In the next cycle, the coach joins us.", INTENDED),
    ("To find out if the frame helps.", INTENDED),
    ("Let's look at the tickets together.", INTENDED),
    ("We decided to meet again. We will bring the tickets.", INTENDED),
    ("Did it help? We will see.", INTENDED),
    ("Students use the frame when it stands on the ticket.", OPEN),
    ("Students will use a frame that stands on the ticket.", OPEN),
    ("If asked, most students will explain.", OPEN),
    ("The will to explain is there.", OPEN),
    ("We think students will need more time.", OPEN),
    ("Students would rather talk than write.", OPEN),
    ("Students are going to the board more often.", OPEN),
    ("We are going to the library with it.", OPEN),
    ("Students need to hear the frame first.", OPEN),
    ("Will students use the frame?", OPEN),
    ("What will we see? Is it used?", OPEN),
    ("We expected 50%.", OPEN),
    ("Our target is 51%.", OPEN),
    ("We planned to look at the tickets.", OPEN),
    ("The data have not been collected yet.", OPEN),
    ("A shared frame is needed in each lesson.", OPEN),
    ("One hundred tickets, indeed.", OPEN),
    ("Students need more time to talk. We will try it again on Monday.", OPEN),
    ("The frame works for most students. We will keep it.", OPEN),
    ("It is not working in Room 12. Next week we will co-teach.", OPEN),
    ("Three students left the frame blank. We will try pictures next week.", DONE),
    ("Half the class forgot the frame. We will remind them.", DONE),
    ("The early-career teacher built her own version. We will use it in both rooms.", DONE),
    ("Students put the frame in their own words. We will print it on the ticket.", OPEN),
    ("The class beat our target. We will keep it.", OPEN),
    ("Engagement shot up. We will keep it.", DONE),
    ("18 students out of 27. We will continue.", DONE),
    ("Scores up 12 points. We will continue.", DONE),
    (
        "The sentence starter is too long for my English learners. I will cut it to four words.",
        OPEN,
    ),
    ("Kids like the cards. I'm going to make more.", OPEN),
    ("None in Room 12. We will try pictures.", OPEN),
    ("It works, so we will keep it.", OPEN),
    ("We will keep it because it works.", OPEN),
    ("We will keep it; students like it.", OPEN),
    ("We will keep it and it works.", OPEN),
    ("We will keep the frame as students need it.", OPEN),
    ("Students need more time: we will try again.", OPEN),
    ("When students rehearse they talk more, so we will keep it.", OPEN),
    ("In pairs students talk more, we will keep it.", OPEN),
    ("With 12 of 28 tickets right, we will keep it.", OPEN),
    ("64%, so we will keep it.", OPEN),
    ("There are three tickets left. We will count them.", OPEN),
    ("Students feel fed up with it. We will drop it.", OPEN),
    ("We meant to count the tickets. We will do it on Friday.", OPEN),
    ("The set is too hard. We will cut it.", OPEN),
    ("Next time we will model it first. Students forget the frame.", OPEN),
    ("On the left side students write more. We will swap sides.", OPEN),
    ("We want scores up 12 points.", OPEN),
    ("Our goal is to move scores up 12 points.", INTENDED),
    ("The team will look for 18 students out of 27.", INTENDED),
    ("They left early. We will call home.", DONE),
    ("Second period ate up most of the time. We will set a timer.", DONE),
    ("Down 3 points. We will continue.", DONE),
    ("+12 points. We will continue.", DONE),
    ("Fewer blanks, 12 points higher. We will keep it.", DONE),
    ("18 of 27 students want more time. We will give it.", DONE),
    ("Next steps: We will count the tickets.", INTENDED),
    ("Next steps:\nWe will count the tickets.", INTENDED),
    ("1. We will count the tickets.\n2) We will compare both rooms.", INTENDED),
    ("No data yet. We will collect it.", INTENDED),
    ("Room 12: we will co-teach.", INTENDED),
    ("Ms. Rivera and I will count the tickets.", INTENDED),
    ("The coach and I will count the tickets.", INTENDED),
    ("If students ask for it, we will print the frame.", INTENDED),
    ("After the unit test, the team will look at the error patterns.", INTENDED),
    ("We will try it again but with pictures.", INTENDED),
    ("Next time, students rehearse first.", INTENDED),
    ("I will look at fourth period's essays this weekend.", INTENDED),
    ("We will put the frame on the wall and let them choose.", INTENDED),
    ("We will meet on Thursday to compare notebooks. Then we will decide.", INTENDED),
    ("We will give the quiz on Friday and see if scores go up.", INTENDED),
    ("We will tell them as soon as they are done.", INTENDED),
    ("", OPEN),
    ("   \n", OPEN),
]

SPANISH = [
    ("El uso subió de 40% a 64%.", DONE),
    ("EL USO SUBIÓ.", DONE),
    ("El uso subio en los dos salones.", DONE),
    ("Vimos que los alumnos usaron la frase.", DONE),
    ("Los estudiantes compartieron sus razones.", DONE),
    ("Antes copiaban la frase y ahora la dicen.", DONE),
    ("Hemos visto más conversación.", DONE),
    ("19 de 28 boletos con una razón", DONE),
    ("Aprendimos que necesitan más tiempo. La próxima vez vamos a modelarlo.", DONE),
    ("Esperábamos la mitad, pero la usaron dos de cada tres.", DONE),
    ("Comparé los dos salones.", DONE),
    ("Fue corto; lo repetiremos.", DONE),
    ("Vamos a contar los boletos.", INTENDED),
    ("vamos a contarlos el viernes", INTENDED),
    ("Haremos otra prueba en el salón 14.", INTENDED),
    ("Compararemos los dos salones la semana que viene.", INTENDED),
    ("Queremos ver si los alumnos usaron la frase.", INTENDED),
    ("Vamos a ver cuáles preguntas contestaron.", INTENDED),
    ("Se contarán los boletos.", INTENDED),
    ("Se hara la proxima semana.", INTENDED),
    ("Las maestras compararán sus boletos.", INTENDED),
    ("Los datos se van a revisar con la directora.", INTENDED),
    ("Yo contaré los boletos.", INTENDED),
    ("La próxima vez, modelar la frase.", INTENDED),
    ("En el próximo ciclo, otro salón.", INTENDED),
    ("Nuestra meta es lograr más conversación.", INTENDED),
    ("Para ver si la frase ayuda.", INTENDED),
    ("Resultados por revisar.", INTENDED),
    ("Comparemos los boletos.", INTENDED),
    ("Los alumnos usarán la frase si está en el boleto.", OPEN),
    ("Los alumnos van a hablar más si tienen tiempo.", OPEN),
    ("Usamos la frase los viernes.", OPEN),
    ("Usamos la frase. Vamos a contar los boletos.", OPEN),
    ("Vamos a la biblioteca con la clase.", OPEN),
    ("¿Usaron la frase los alumnos?", OPEN),
    ("¿Qué haremos?", OPEN),
    ("Esperábamos 50%.", OPEN),
    ("Los alumnos quieren hablar; queremos lo mismo.", OPEN),
    ("Casos extremos en la red.", OPEN),
    ("Usted sabe más.", OPEN),
    ("Esperamos que mejoremos.", OPEN),
    ("Los estudiantes usan el marco, pero no explican. Vamos a probar otra vez.", OPEN),
    ("Se observa que participan más. La próxima vez usaremos tarjetas.", OPEN),
    ("Los alumnos necesitan más tiempo. Vamos a repetirlo.", OPEN),
    ("Las parejas mixtas hablan más, así que vamos a mezclar los grupos.", OPEN),
    ("Es difícil para ellos, vamos a usar dibujos.", OPEN),
    ("Vamos a seguir porque les gusta.", OPEN),
    ("Funciona. Vamos a seguir.", OPEN),
    ("Solo la mitad. Vamos a modelar primero.", OPEN),
    ("No todos participan; la próxima vez usaremos tarjetas.", OPEN),
    ("18 de los 27 alumnos. Vamos a continuar.", DONE),
    ("18 alumnos de 27. Vamos a continuar.", DONE),
    ("25 estudiantes de un total de 30. Vamos a seguir.", DONE),
    ("12 puntos más. Seguiremos.", DONE),
    ("Próximos pasos: compararemos los boletos.", INTENDED),
    ("En el salón 12, vamos a usar tarjetas.", INTENDED),
    ("Vamos a aplicar la encuesta el viernes. Luego compararemos los resultados.", INTENDED),
    ("Primero vamos a leer los boletos; luego decidiremos.", INTENDED),
    ("La maestra Ana y yo contaremos los boletos.", INTENDED),
    ("Los resultados están pendientes de revisar.", INTENDED),
    (
        "Queremos saber si los estudiantes de quinto explican más cuando practican en parejas.",
        INTENDED,
    ),
    ("Sorpresas: ninguna. Vamos a contar los boletos.", INTENDED),
]


@pytest.mark.parametrize(("text", "tense"), [*ENGLISH, *SPANISH])
def test_a_text_is_read_as_done_or_intended_or_left_open(text: str, tense: Tense | None) -> None:
    assert written_as(text) is tense


@pytest.mark.parametrize(("text", "tense"), [*ENGLISH, *SPANISH])
def test_the_quick_question_has_the_same_answer(text: str, tense: Tense | None) -> None:
    assert is_intended(text) is (tense is INTENDED)


@pytest.mark.parametrize(
    ("plan", "report"),
    [
        (plan, report)
        for table in (ENGLISH, SPANISH)
        for plan, _ in [row for row in table if row[1] is INTENDED][::5]
        for report, _ in [row for row in table if row[1] is DONE][::4]
    ],
)
def test_a_plan_after_a_report_leaves_it_a_report(plan: str, report: str) -> None:
    assert written_as(f"{report}\n{plan}") is DONE
    assert written_as(f"{plan}\n{report}") is DONE


@pytest.mark.parametrize("table", [ENGLISH, SPANISH])
def test_what_leaves_a_text_open_leaves_it_open_beside_a_plan(
    table: list[tuple[str, Tense | None]],
) -> None:
    plans = [text for text, tense in table if tense is INTENDED][::4]
    for text in (text for text, tense in table if tense is OPEN and text.strip()):
        if not text.endswith("?"):
            assert not any(is_intended(f"{text}\n{plan}") for plan in plans), text
            assert not any(is_intended(f"{plan}\n{text}") for plan in plans), text


def test_every_hint_stands_under_letters_that_it_holds() -> None:
    assert all(letters in hint for letters, hints in HINTS.items() for hint in hints)
