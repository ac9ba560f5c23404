"""Names of made people."""

GIVEN = [
    "anna",
    "otto",
    "clara",
    "emil",
    "frieda",
    "georg",
    "hanna",
    "ivan",
    "jonas",
    "ludwig",
    "marta",
    "nora",
    "paula",
]
FAMILY = ["weber", "klein", "schmidt", "becker", "hoffmann", "wagner", "fischer", "meyer", "schulz", "koch", "richter"]
