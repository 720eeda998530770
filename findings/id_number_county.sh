#!/bin/sh
# Chinese ID numbers: python-stdnum compares the county of a number with the holder's year of birth.
# Guess: is_valid() answers yes or no, and a number that was given when its county existed is valid. Seen with
# python-stdnum 2.2 (all numbers are made up here, with a right check digit):
#   330113, 330114 (Hangzhou since 2021), 460401: is_valid() raises KeyError
#   440309 (Shenzhen Longhua since 2016), born 2010 and registered later: refused; born 2017: valid
#   110223 (a county until 1997), born 1950 and registered in 1985: refused
# A hall checks the digits, the check sign, the date and the province, and leaves the county alone.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q python-stdnum==2.2
"$folder/venv/bin/python" - <<'PY'
import sys

import stdnum
from stdnum.cn import ric

print("python-stdnum", stdnum.__version__)


def answer(county, born):
    """What is_valid says of a made-up number with that county and day of birth."""
    first = f"{county}{born}002"
    number = first + ric.calc_check_digit(first + "0")
    try:
        return str(ric.is_valid(number))
    except KeyError as error:
        return f"KeyError {error}"


expected = {
    ("440305", "19900101"): "True",
    ("330113", "20220301"): "KeyError 'county'",
    ("330114", "20220301"): "KeyError 'county'",
    ("460401", "20010101"): "KeyError 'county'",
    ("440309", "20170101"): "True",
    ("440309", "20100101"): "False",
    ("110223", "19500101"): "False",
}
seen = {case: answer(*case) for case in expected}
for (county, born), said in seen.items():
    print(f"county {county}, born {born}: {said}")
sys.exit(0 if seen == expected else "python-stdnum answers otherwise now")
PY
echo "seen: counties of 2021 raise, counties younger or older than the holder are refused"
