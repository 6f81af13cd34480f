"""AI Hub's 민원(콜센터) 질의-응답 dialogues as phone calls with their transcripts, all on one day."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

from jobs.aihub import CITIZEN, read_dialogues
from jobs.files import atomic_path
from jobs.imports import ImportResult
from jobs.imports.landing import claim
from schemas.contracts import contract

_ORIGIN = {
    "origin": "aihub-callcentre",
    "label": "AI Hub 민원(콜센터) 질의-응답",
    "licence": "AI Hub 이용약관: 내려받은 이용자만 쓰고 다시 배포하지 않음",
    "note": "통화마다 전사 하나. 통화일은 들여온 날로, 시각은 00:00(+09:00)으로 적은 것이며 실제 상담일이 아니다. "
    "대기·통화 시간과 발신번호, 상담사는 알 수 없어 비웠다. 이름과 번호는 원천에서 OOO로 가려져 있다.",
}


def import_aihub(folder: Path, landing: Path, day: date) -> ImportResult:
    """Write `landing/phone/<day>/aihub_<day>.csv` (calls) and `.jsonl` (their transcripts, turn by turn).

    Turns that do not follow the format are reported with their place; `records` counts dialogues.
    Raises `WrongUse` for a folder without such dialogues, or a landing folder that holds data of another origin.
    """
    result = ImportResult(first=day, last=day)
    dialogues = read_dialogues(folder, result.rejected)
    target = claim(landing, "phone", day, _ORIGIN)
    calls = next(source for source in contract("phone").sources if source.name == "calls")
    columns = [spec.source for spec in calls.fields.values()]
    started = f"{day.isoformat()} 00:00:00"
    call_ids = [f"aihub-{day:%Y%m%d}-{number:06d}" for number in range(1, len(dialogues) + 1)]
    with (
        atomic_path(target / f"aihub_{day:%Y%m%d}.csv") as draft,
        draft.open("w", encoding=calls.encoding, newline="") as stream,
    ):
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        for call_id in call_ids:
            writer.writerow({"통화ID": call_id, "인입일시": started, "구분": "인바운드", "결과": "응대"})
    with (
        atomic_path(target / f"aihub_{day:%Y%m%d}.jsonl") as draft,
        draft.open("w", encoding="utf-8", newline="\n") as stream,
    ):
        for call_id, dialogue in zip(call_ids, dialogues, strict=True):
            spoken = [
                {"speaker": "customer" if turn.speaker == CITIZEN else "agent", "text": turn.text}
                for turn in dialogue.turns
            ]
            record = {"call_id": call_id, "started_at": f"{day.isoformat()}T00:00:00+09:00", "utterances": spoken}
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
    result.records, result.files = len(dialogues), 2
    return result
