#!/bin/sh
# The main job on two weeks of a synthetic city: nine channels, all hops, the newest COVID brief and the VOC.
set -eu
BIN=${BIN:-.venv/bin}
DASAN_HOME=$PWD/data/demo # never the folder of a real installation
export DASAN_HOME
FIRST=2021-12-01
LAST=2021-12-14

echo "합성 자료로 시연합니다(실제 상담이 아님). 폴더: $DASAN_HOME"
"$BIN/dasan" simulate --from $FIRST --to $LAST --scale 0.1 --answer-key "$DASAN_HOME/answer-key"
# 도착 파일 가운데 늦게 온 것까지: 마지막 날 뒤의 이틀을 함께 읽는다.
"$BIN/dasan" run --from $FIRST --to 2021-12-16 || [ $? -eq 3 ]
"$BIN/dasan" report covid-daily --date $LAST
"$BIN/dasan" report voc --month 2021-12 --recipient city
"$BIN/dasan" report channel-stats --year 2021
echo
echo "토큰 키는 $DASAN_HOME/keys/token.key 에 한 번 만들어 두었습니다(DASAN_TOKEN_KEY로 정할 수도 있음)."
echo "코로나19 일일 브리핑: $DASAN_HOME/reports/covid-daily/$LAST/covid-daily_$LAST.pdf"
echo "시민의 소리(서울시):   $DASAN_HOME/reports/voc/2021-12/city/voc_2021-12_city.pdf"
echo "연간 통계(14일분):     $DASAN_HOME/reports/channel-stats/2021/channel-stats_2021.pdf"
echo "합성 도시의 정답:      $DASAN_HOME/answer-key (파이프라인은 읽지 않음)"
echo "현황: DASAN_HOME=$DASAN_HOME $BIN/dasan status"
echo "탐색: DASAN_HOME=$DASAN_HOME $BIN/streamlit run dashboards/app.py"
