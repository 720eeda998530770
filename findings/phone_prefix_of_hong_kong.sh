#!/bin/sh
# A Hong Kong number written with 00852 is taken for one of Mexico, when Hong Kong is the country.
# Guess: 00 and a country's code mean that country everywhere; people in Hong Kong write 0085291234567 as those over the
# border do. Seen with phonenumbers 9.0.43 (Google's libphonenumber): the prefix there is 00 and a carrier's digit, so
# that the 8 of 852 is eaten and +52 9123 4567 is left. For the mainland and Macao the same writing is +852 9123 4567.
# A hall reads 00852, 00853 and 0086 itself before it asks the library.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q phonenumbers==9.0.43
"$folder/venv/bin/python" - <<'PY'
import sys

import phonenumbers

print("phonenumbers", phonenumbers.__version__)


def read(country):
    number = phonenumbers.parse("0085291234567", country)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


seen = {country: read(country) for country in ("HK", "CN", "MO")}
for country, number in seen.items():
    print("0085291234567 in", country, "is", number)
wanted = {"HK": "+5291234567", "CN": "+85291234567", "MO": "+85291234567"}
sys.exit(0 if seen == wanted else "it is read otherwise now")
PY
echo "seen: +52 in Hong Kong, +852 next door"
