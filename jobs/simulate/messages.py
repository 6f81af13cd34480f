"""Written channels: SMS, chatbot, smart-complaint app, Naver, Twitter, homepage.

Belongs here: their records in the raw fields of `schemas/channels/`. Does not: texts, volumes or file formats.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from random import Random

from jobs.simulate.catalogue import catalogue, pick
from jobs.simulate.personal import phone
from jobs.simulate.scene import Contact, Contacts, Record, Scene
from jobs.simulate.wording import Matter, brief, need, title, written

_KST = timedelta(hours=9)
_HANDED_OFF_SHARE, _NOT_UNDERSTOOD_SHARE = 0.12, 0.18  # of chatbot sessions; assumptions
_CLOCK = "%Y-%m-%d %H:%M:%S"


def _contact(source_id: str, what: Matter) -> Contact:
    return Contact(source_id, [], what)


def sms(scene: Scene) -> Contacts:
    rng = scene.rng
    for place, started, what in scene.matters():
        contact = _contact(scene.numbered("M", place), what)
        contact.code = scene.coded(what)
        lines = [f"[고객] {written(what, rng, contact.planted)}", f"[120] {what.topic.answer}"]
        if rng.random() < 0.35:
            lines += [f"[고객] {pick(rng, ('네 감사합니다', '언제쯤 될까요', '알겠습니다', '전화로 안 되나요'))}"]
            lines += [f"[120] {pick(rng, catalogue().phrases['agent']['closing'])}"]
        fields = {
            "문의번호": contact.source_id,
            "접수일시": started.strftime("%Y/%m/%d %H:%M"),
            "발신번호": phone(rng),
            "상담사ID": scene.agent(),
            "메시지수": len(lines),
            "상담유형코드": contact.code.type_code,
            "대화내용": "\n".join(lines),
        }
        contact.records.append(Record("threads", fields))
        yield contact


def chatbot(scene: Scene) -> Contacts:
    rng = scene.rng
    for place, started, what in scene.matters():
        contact = _contact(scene.numbered("B", place), what)
        is_handed_off = rng.random() < _HANDED_OFF_SHARE
        is_lost = is_handed_off or rng.random() < _NOT_UNDERSTOOD_SHARE
        fields = {
            "sessionId": contact.source_id,
            "startedAt": int((started - _KST).replace(tzinfo=UTC).timestamp() * 1000) + int(rng.random() * 1000),
            "userKey": f"u{int(rng.random() * 16**10):010x}",
            "intent": "이해하지 못함" if is_lost and rng.random() < 0.6 else what.topic.name,
            "turns": _chat(what, rng, contact, is_lost, is_handed_off),
            "handoff": {"requested": is_handed_off, "agentId": scene.agent() if is_handed_off else None},
        }
        contact.records.append(Record("sessions", fields))
        yield contact


def _chat(what: Matter, rng: Random, contact: Contact, is_lost: bool, is_handed_off: bool) -> list[dict[str, str]]:
    bot = catalogue().phrases["bot"]
    first = written(what, rng, contact.planted) if rng.random() < 0.5 else f"{what.situation} {brief(what, rng)}"
    turns = [("bot", pick(rng, bot["greetings"])), ("user", first)]
    if is_lost:
        turns += [("bot", pick(rng, bot["lost"])), ("user", f"{what.topic.name} {need(what, rng)}")]
    if is_handed_off:
        turns += [("user", pick(rng, bot["asking_agent"])), ("bot", pick(rng, bot["handing"]))]
    turns.append(("agent" if is_handed_off else "bot", what.topic.answer))
    return [{"from": speaker, "text": text} for speaker, text in turns]


def smart_report(scene: Scene) -> Contacts:
    rng = scene.rng
    for place, started, what in scene.matters():
        contact = _contact(scene.numbered("R", place), what)
        lat = round(what.district.latitude + rng.gauss(0, 0.006), 6)
        lng = round(what.district.longitude + rng.gauss(0, 0.008), 6)
        chance = rng.random()
        if chance < 0.003:
            lat, lng = lng, lat  # an app that swaps the two
        known = chance < 0.99
        fields = {
            "reportNo": contact.source_id,
            "reportedAt": started.strftime(_CLOCK),
            "reporter": {"phone": phone(rng)},
            "category": what.topic.name,
            "title": title(what, rng),
            "content": written(what, rng, contact.planted),
            "answer": what.topic.answer if rng.random() < 0.7 else "",
            "location": {"lat": lat if known else None, "lng": lng if known else None},
            "districtCode": what.district.code if rng.random() < 0.98 else "",
            "photoCount": pick(rng, (0, 1, 1, 2, 2, 3, 4)),
        }
        contact.records.append(Record("reports", fields))
        yield contact


def naver(scene: Scene) -> Contacts:
    rng = scene.rng
    for place, started, what in scene.matters():
        contact = _contact(scene.numbered("N", place), what)
        fields = {
            "접수번호": contact.source_id,
            "접수일시": started.strftime(_CLOCK),
            "작성자": f"{pick(rng, 'abcdefghjkmn')}{rng.randrange(10**6):06d}",
            "제목": title(what, rng),
            "내용": written(what, rng, contact.planted),
            "답변내용": what.topic.answer,
            "담당자": scene.agent(),
        }
        contact.records.append(Record("questions", fields))
        yield contact


def twitter(scene: Scene) -> Contacts:
    rng = scene.rng
    for place, started, what in scene.matters():
        utc = started - _KST
        contact = _contact(f"1{started:%Y%m%d%H%M%S}{place:04d}", what)
        mood = pick(rng, ("", "", " ㅠㅠ", " ㅡㅡ", " 🙏", " 😡"))
        fields = {
            "id": contact.source_id,
            "created_at": f"{utc.isoformat()}.{int(rng.random() * 1000):03d}Z",
            "author_id": str(rng.randrange(10**9, 10**10)),
            "text": f"@120seoulcall {written(what, rng, contact.planted)}{mood}",
            "lang": "ko",
        }
        contact.records.append(Record("tweets", {"data": fields}))
        yield contact


def homepage(scene: Scene) -> Contacts:
    rng = scene.rng
    for place, started, what in scene.matters():
        contact = _contact(scene.numbered("H", place), what)
        fields = {
            "@id": contact.source_id,
            "createdAt": f"{started.isoformat()}+09:00",
            "writer": {"phone": phone(rng)},
            "category": what.topic.leaf.domain,
            "title": title(what, rng),
            "content": written(what, rng, contact.planted),
            "answer": what.topic.answer if rng.random() < 0.85 else "",
        }
        contact.records.append(Record("posts", fields))
        yield contact
