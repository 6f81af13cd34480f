"""Calls: telephone with its transcripts, foreign languages, sign language.

Belongs here: their records in the raw fields of `schemas/channels/`. Does not: texts, volumes or file formats.
"""

from __future__ import annotations

import heapq
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from math import log
from random import Random

from jobs.simulate.catalogue import Topic, catalogue, pick
from jobs.simulate.coding import SYSTEM_CHANGE
from jobs.simulate.personal import phone
from jobs.simulate.scene import Contact, Contacts, Record, Scene
from jobs.simulate.talk import conversation
from jobs.simulate.volumes import outbound_calls, stream, unanswered
from jobs.simulate.wording import Matter, memo
from schemas.codes import codes_on

TRANSCRIBED_SHARE = 0.85  # of answered calls, since the system change
_LATE_DAYS = (0,) * 94 + (1,) * 4 + (2,) * 2  # days by which a transcript comes later than its call
RECALL_ABANDONED, RECALL_ANSWERED = 0.35, 0.04  # chances of calling again; assumptions
TALK_LEAST, TALK_MEAN = 20, 130  # seconds of an answered call: the least, and the mean above it; assumptions


def phone_calls(scene: Scene) -> Contacts:
    """Answered, abandoned and outbound calls; an answered one may have a note and a transcript."""
    rng, place = scene.rng, 0
    further = stream(scene.seed, scene.day, "talk")
    menu = tuple(code for code in codes_on("ars", scene.day) if code != "9")
    for second, caller, topic, category in _with_recalls(scene):
        place += 1
        call_id = scene.numbered("C", place)
        fields = _call_fields(scene, call_id, second, caller)
        fields |= {"ARS코드": _pressed(topic, menu, rng), "구분": "인바운드"}
        if category is not None:
            yield _answered(scene, call_id, fields, scene.matter(category, topic), second, further)
        else:
            if rng.random() < 0.03:
                fields["ARS코드"] = ""
            fields |= {"결과": "포기", "대기시간": _seconds(rng, 60), "통화시간": 0}
            yield Contact(call_id, [Record("calls", fields)])
    for _ in range(outbound_calls(scene.day, scene.scale, scene.arrays)):
        place += 1
        call_id = scene.numbered("C", place)
        is_answered = rng.random() < 0.7
        fields = _call_fields(scene, call_id, rng.randrange(9 * 3600, 18 * 3600), phone(rng))
        fields |= {"구분": "아웃바운드", "결과": "응대" if is_answered else "포기", "상담사ID": "AI-OUT"}
        fields |= {"대기시간": 0, "통화시간": _seconds(rng, 50) if is_answered else 0}
        yield Contact(call_id, [Record("calls", fields)])


def _call_fields(scene: Scene, call_id: str, second: int, caller: str) -> dict[str, object]:
    """All columns of a call, in the order of the export."""
    started = scene.at(second).strftime("%Y-%m-%d %H:%M:%S")
    fields: dict[str, object] = {"통화ID": call_id, "인입일시": started, "ARS코드": "", "발신번호": caller}
    rest = ("구분", "결과", "대기시간", "통화시간", "후처리시간", "상담사ID", "상담유형코드", "상담메모")
    return fields | dict.fromkeys(rest, "")


def _answered(
    scene: Scene, call_id: str, fields: dict[str, object], what: Matter, second: int, further: Random
) -> Contact:
    rng = scene.rng
    code = scene.coded(what)
    contact = Contact(call_id, [Record("calls", fields)], what, code)
    fields |= {"결과": "응대", "대기시간": _seconds(rng, 45), "통화시간": TALK_LEAST + _seconds(rng, TALK_MEAN)}
    fields |= {"후처리시간": _seconds(rng, 35), "상담사ID": scene.agent(), "상담유형코드": code.type_code}
    if rng.random() < 0.004:
        fields["대기시간"] = ""
    is_transcribed = scene.day >= SYSTEM_CHANGE and rng.random() < TRANSCRIBED_SHARE
    if not is_transcribed or rng.random() < 0.8:
        fields["상담메모"] = memo(what, rng, contact.planted)
    if is_transcribed:
        transcript = {
            "call_id": call_id,
            "started_at": f"{scene.at(second).isoformat()}+09:00",
            "utterances": [
                {"speaker": speaker, "text": text}
                for speaker, text in conversation(what, rng, further, contact.planted)
            ],
        }
        contact.records.append(Record("transcripts", transcript, pick(rng, _LATE_DAYS)))
    return contact


def _with_recalls(scene: Scene) -> Iterator[tuple[int, str, Topic, int | None]]:
    """(second, caller, topic, category) of each inbound call, category None where it is not answered.

    Some are by a number that has called before, about the same.
    """
    rng = scene.rng
    starts = scene.starts()
    lost = unanswered(starts, scene.plan.consultations, scene.arrays)
    categories = iter(scene.categories())
    usual = list(accumulate(scene.plan.categories))
    again: list[list[tuple[int, int, str, Topic]]] = [[] for _ in usual]  # heaps by the second of the next call
    for order, (second, is_lost) in enumerate(zip(starts, lost, strict=True)):
        category = (
            bisect(usual, rng.random() * usual[-1]) if is_lost and usual[-1] else 0 if is_lost else next(categories)
        )
        waiting = again[category]
        if waiting and waiting[0][0] <= second:
            _, _, caller, topic = heapq.heappop(waiting)
        else:
            caller, topic = phone(rng), scene.topic(category)
        if rng.random() < (RECALL_ABANDONED if is_lost else RECALL_ANSWERED):
            pause = 60 + int(rng.random() * 2340) if is_lost else 1200 + int(rng.random() * 18_800)
            heapq.heappush(waiting, (second + pause, order, caller, topic))
        yield second, caller, topic, None if is_lost else category


def _pressed(topic: Topic, menu: tuple[str, ...], rng: Random) -> str:
    """The menu code: mostly the topic's own. Code 0 and COVID topics are not the same thing."""
    chance = rng.random()
    if chance < 0.005:
        return ""
    if chance < 0.08:
        return pick(rng, menu)
    if topic.ars == "0":
        return "0" if "0" in menu and chance < 0.78 else "3"
    return topic.ars


def _seconds(rng: Random, mean: float) -> int:
    return int(-log(1.0 - rng.random()) * mean)


def foreign_calls(scene: Scene) -> Contacts:
    """Calls on the foreign-language line: the interpreter's summary, with the original words for some."""
    rng = scene.rng
    rules = catalogue().foreign
    languages, weights = list(rules["languages"]), list(rules["languages"].values())
    starts = scene.starts()
    lost = unanswered(starts, scene.plan.consultations, scene.arrays)
    categories = iter(scene.categories())
    for place, (second, is_lost) in enumerate(zip(starts, lost, strict=True), 1):
        language = rng.choices(languages, weights=weights)[0]
        fields = {
            "call_id": scene.numbered("F", place),
            "started_at": f"{scene.at(second).isoformat()}+09:00",
            "caller_number": phone(rng),
            "language": language,
            "result": "ABANDONED",
            "wait_sec": _seconds(rng, 60),
            "talk_sec": 0,
            "interpreter_id": "",
            "summary_ko": "",
            "original_text": "",
        }
        contact = Contact(str(fields["call_id"]), [Record("calls", fields)])
        if not is_lost:
            what = contact.what = scene.matter(next(categories))
            originals = rules["originals"].get(what.topic.type_code, {}).get(language)
            fields |= {
                "result": "ANSWERED",
                "talk_sec": 40 + _seconds(rng, 220),
                "interpreter_id": f"I{rng.randrange(1, 16):03d}",
            }
            fields["summary_ko"] = memo(what, rng, contact.planted)
            fields["original_text"] = pick(rng, originals) if originals else ""
        yield contact


def sign_calls(scene: Scene) -> Contacts:
    """Video calls in sign language: the interpreter's summary is the only text."""
    rng, starts = scene.rng, scene.starts()
    lost = unanswered(starts, scene.plan.consultations, scene.arrays)
    categories = iter(scene.categories())
    for place, (second, is_lost) in enumerate(zip(starts, lost, strict=True), 1):
        fields = {
            "영상통화ID": scene.numbered("V", place),
            "시작일시": scene.at(second).strftime("%Y-%m-%d %H:%M:%S"),
            "이용자번호": phone(rng),
            "통역사ID": "",
            "통화시간": 0,
            "결과": "부재",
            "통역요약": "",
        }
        contact = Contact(str(fields["영상통화ID"]), [Record("video_calls", fields)])
        if not is_lost:
            what = contact.what = scene.matter(next(categories))
            fields |= {"통역사ID": f"S{rng.randrange(1, 9):02d}", "통화시간": 60 + _seconds(rng, 240), "결과": "완료"}
            fields["통역요약"] = memo(what, rng, contact.planted)
        yield contact
