"""Addresses exact enough to find a door: a road or lot with its number, a flat with building and room.

Belongs here: what makes an address full. A district, dong or road named alone stays: routing and statistics need it,
so the span begins after the district and the dong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = tuple[str, int, int]

# A building, by number or by letter (가동, A동; never the end of a word: 신림동, 자동), and a room, not a line (2호선).
_LETTER = "[가나다라마바사아자차카타파하]"
_BUILDING = rf"(?:제?\d{{1,4}}|(?<![가-힣A-Z]){_LETTER}|(?<![가-힣A-Z])[A-Z])동"
_ROOM = r"(?:[A-Z]?\d{3,4}호실|[A-Z]?\d{1,4}호(?!선|터널|기|차|점|실))"
# After the number: units that make it a count, an hour, a line or a lane, not a house.
_NOT_UNIT = (
    rf"(?!\d|(?:{_LETTER}|번)?길|\s?(?:분|시간|시|초|원|년|월|일|개|명|건|번(?!지|길)|회(?!신)|차(?!량)|호선|가(?![가-힣]*길)|위|점|만|천|백|억|조|살|세|대|단계|학년|배|퍼센트"
    r"|달|주(?!민|소)|군데|곳|마리|장|권|종|급|부|편|조항|조|항|인|여(?!기)|리터|미터|킬로|톤|평|kg|km|cm|m|㎡|%|:\d|[.,]\d|~|\+))"
)
# After 12-3 a unit makes a span of it (2-3회), a longer word does not (회신번호).
_COUNTED = (
    r"(?:분|시간|시|초|원|년|월|일|개|명|건|회|차|호선|점|만|천|살|세|대|단계|학년|배|주|곳|장|권|급|%)(?![가-힣]{2})"
)
_DETAIL = rf"(?:,?\s?(?:지하\s?)?\d{{1,3}}층)?(?:,?\s?{_BUILDING})?(?:,?\s?(?:지하\s?)?{_ROOM})?"
_ADMIN = r"(?:시|구|군|읍|면|동|서울)"
_ROAD = re.compile(
    rf"(?P<road>(?<![가-힣\d])[가-힣]{{1,8}}?\d{{0,3}}(?:대로|로|길)(?:\s?\d{{1,3}}(?:번)?{_LETTER}?길)?)"
    rf"\s?(?:지하\s?)?(?P<number>\d{{1,4}}-\d{{1,4}}(?!\d|\s?(?:{_COUNTED}))(?:번지)?|\d{{1,4}}(?:번지)?(?P<unit>{_NOT_UNIT})){_DETAIL}"
)
_END = re.compile(
    r"\s*(?:$|[,.)(/;!?\n]|에|인데|이에|입니|이고|이구|이요|앞|옆|맞은|건너|근처|쪽|회신|연락|차량|주민|[가-힣A-Z]*\d{1,4}(?:동|호|층))"
)
# Words that end in 로 or 길 and are no roads: means, manners and reasons.
_NO_ROAD = re.compile(
    r".*(?:으로|버스로|택시로|하철로|전철로|전거로|용차로|차로|도보로|전화로|문자로|카드로|대체로|별로|주로|따로|바로|서로|새로|그대로|마음대로"
    r"|제대로|이대로|실제로|절대로|무료로|코로나로|이유로|때로|스스로|함부로|홀로|진짜로|최소로|최대로|하루로|기준로|세로|가로|멋대로|뜻대로)"
    r"|(?:도로|진로|경로|통로|선로|수로|미로|차로|육로|항로|퇴로|회로|보도로|대로|로|길|골목길|산길|오솔길|갈길|하굣길|출근길|퇴근길|등굣길)"
)
_LOT = re.compile(
    r"(?P<place>[가-힣]{1,6}\d{0,2}(?:동|읍|면|리|가))\s?(?P<lot>(?:산\s?)?\d{1,4}"
    r"(?:(?:-\d{1,4})?\s?번지|-\d{1,4}(?!\d|\s?(?:시|분|초|월|일|명|회|건|개|원|살|세|차|인|층|년|도|%|번(?!지)|~))"
    r"|(?:의\s?\d{1,3})(?!\d|\s?(?:시|분|월|일|명|회|건|개|원|살|세|차|인|층|년|%)))"
    rf"(?:의\s?\d{{1,3}})?{_DETAIL})"
)
_LOT_AFTER_DISTRICT = re.compile(
    rf"[가-힣]{{1,4}}구\s?[가-힣]{{1,5}}\d?동\s?(?P<lot>\d{{1,4}})(?P<unit>{_NOT_UNIT})(?!\s?동|\s?통)"
)
_NO_PLACE = re.compile(
    r".*(?:행동|활동|운동|노동|자동|이동|감동|아동|공동|변동|작동|진동|소동|충동|합동|가동|연동|수동|능동|우리|거리|처리|관리|정리|수리|권리|분리"
    r"|요리|논리|금리|유리|다리|자리|머리|소리|대리|측면|화면|전면|정면|하면|되면|으면|라면|전가|평가|휴가|증가|추가|허가|물가|국가|누가)"
)
_ESTATE = r"[가-힣A-Za-z0-9]{0,15}(?:아파트|빌라|맨션|오피스텔|주공|자이|래미안|푸르지오|힐스테이트|캐슬|더샵|아이파크|팰리스|타운|하이츠|단지|시가지)"
_FLAT = re.compile(
    rf"(?:{_ESTATE}\s?)?(?<!\d)(?:제?\d{{1,4}}동\s?(?:지하\s?)?{_ROOM}"
    rf"|(?<![가-힣A-Z])(?:{_LETTER}동\s?(?:지하\s?)?(?=\d\d)|[A-Z]동\s?(?:지하\s?)?){_ROOM})"
    rf"|[가-힣A-Za-z0-9]{{0,15}}(?:아파트|빌라|맨션|오피스텔|고시원|원룸)\s?(?:\d{{1,2}}층\s?)?(?:지하\s?)?(?=\d\d){_ROOM}"
    rf"|{_ESTATE}\s?(?!(?:19|20)\d\d-\d{{4}}(?!호))\d{{1,4}}-\d{{3,4}}(?:호(?!선)|(?![\d\-~.]|\s?(?:번(?!지)|원|명|건|개)))"
    r"|(?<![가-힣\d-])\d{1,4}동\s\d{3,4}(?=\s*(?:$|[,.)(/\n]|에\s|이요|이고|인데|입니|사는|삽니|거주))"
)
# What every address of these kinds holds: most texts with a digit do not, and are done with.
_ROAD_NUMBER = re.compile(r"[로길]\s?(?:지하\s?)?\d")
_LOT_NUMBER = re.compile(r"[동읍면리가]\s?(?:산\s?)?\d")
_BEFORE = re.compile(rf"{_ADMIN}\s?$")


def addresses(text: str) -> Iterator[Found]:
    """Every full address as ("address", start, end); spans may overlap."""
    if _ROAD_NUMBER.search(text):
        yield from _roads(text)
    if _LOT_NUMBER.search(text):
        yield from _lots(text)
    if "호" in text or "동" in text or "-" in text:
        yield from (("address", *match.span()) for match in _FLAT.finditer(text))


def _lots(text: str) -> Iterator[Found]:
    for match in _LOT.finditer(text):
        if not _NO_PLACE.fullmatch(match["place"]):
            yield "address", *match.span("lot")
    for match in _LOT_AFTER_DISTRICT.finditer(text):
        if _END.match(text, match.end("lot")):
            yield "address", *match.span("lot")


def _roads(text: str) -> Iterator[Found]:
    for match in _ROAD.finditer(text):
        if _NO_ROAD.fullmatch(match["road"]):
            continue
        named = _BEFORE.search(text, max(0, match.start() - 5), match.start())
        exact = "-" in match["number"] or "번지" in match["number"] or match["road"][-1] == "길"
        if named or exact or match.end() > match.end("number") or _END.match(text, match.end()):
            yield "address", *match.span()
