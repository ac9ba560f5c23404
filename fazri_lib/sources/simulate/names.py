"""Names of people: first names with their short forms, family names as common as real ones, letters without marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import IntArray, TextArray

_FIRST_NAMES = """
Aisha Alexander:Alex,Sascha Amelie:Amy Anna:Annie Anton:Toni Arjun Benjamin:Ben,Benni Björn Bruno Carla Chen Chloé
Clara Daniel:Dan,Danny David:Dave Deniz Elena:Leni Elias:Eli Elisabeth:Lisa,Sissi,Betty Elif Emil Emma Eva Fatima:Fati
Felix Finn Franziska:Franzi Frieda Friedrich:Fritz,Fred Gabriel:Gabi Georg:Schorsch Greta Günther Hana Hassan
Helene:Leni,Lene Henrik:Rik Ida Igor Ines Isabel:Isa,Bella Ivan:Vanya Jakob:Jake Jan Jana Johanna:Hanna,Jojo
Johannes:Hannes,Jo Jonas Jörg José:Pepe Julia:Jule Jürgen Karim Katharina:Kathi,Kati,Käthe Kenji Klara Konrad:Conny
Lara Laura Lea Leonard:Leo,Leon Lina Linh Lukas:Luke Luisa:Lu Łukasz Magdalena:Lena,Magda Maja Marco
Margarete:Greta,Grete,Gretel Maria:Mia,Marie Marta Mateo:Teo Matthias:Matze,Matti Maximilian:Max,Maxi Maya Mehmet:Memo
Michael:Micha,Mike Milan Mira Mohamed:Mo Moritz Nadia Nele Nicolás:Nico Nils Nina Noah Nora Olga Omar Oskar Paul Paula
Pavel:Pasha Peter:Pit Philipp:Phil,Lipp Pia Priya Rana Ravi René Robert:Rob,Robbie Rosa Samir:Sam Samuel:Sam Sara
Sebastian:Basti,Seb Selin Simon Sofia:Sofie Søren Stefan:Steff Susanne:Susi,Sanne Tariq Theodor:Theo Theresa:Resi,Tess
Thomas:Tom,Tommy Thuy Tim Valentina:Vale,Tina Vera Veronika:Vroni,Roni Viktor:Vic Wei Wilhelm:Willi,Will Yara Yusuf
Zofia:Zosia Zoë
"""
_LAST_NAMES = """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier Huber
Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Vogel Friedrich Keller Günther Berger Winkler Roth Lorenz
Baumann Franke Böhm Winter Kraus Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas
Schreiber Graf Dietrich Ziegler Kühn Pohl Engel Horn Busch Bergmann Pfeiffer Sauer Arnold Meier Mayer Schulte Albrecht
Ahmed Bianchi Costa Çelik Demir Dubois Fernández García Gómez González Gupta Horvat Ivanova Jansen Kaya Khan Kowalski
Kumar Li Lindström Martin Mehta Nguyễn Nielsen Novák Nowak Öztürk Park Petrov Pham Rossi Şahin Santos Sato Sharma
Silva Singh Sørensen Tanaka Tran Wang Wiśniewska Yücel Zhang
"""
_RANK_OFFSET, _RANK_POWER = 10.0, 0.9
_MIDDLE_SHARE = 0.25

_LISTED = [entry.partition(":") for entry in _FIRST_NAMES.split()]
FIRST_NAMES: TextArray = np.array([name for name, _, _ in _LISTED])
LAST_NAMES: TextArray = np.array(_LAST_NAMES.split())
_MOST = max(short.count(",") + 1 for _, _, short in _LISTED)
SHORT_FORMS: TextArray = np.array([((short or name).split(",") * _MOST)[:_MOST] for name, _, short in _LISTED])
"""Short forms by first name (its number in `FIRST_NAMES`), the name itself where there is none."""

_GERMAN = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
_BARE = {
    "ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U", "ß": "ss", "é": "e", "á": "a", "í": "i", "ó": "o",
    "ë": "e", "ø": "o", "Ł": "L", "ś": "s", "Ş": "S", "Ç": "C", "ễ": "e",
}  # fmt: skip


def draw_first(rng: np.random.Generator, count: int) -> IntArray:
    """Return numbers of first names."""
    return rng.integers(0, len(FIRST_NAMES), count)


def draw_middle(rng: np.random.Generator, count: int) -> TextArray:
    """Return middle names, empty for most people."""
    names = FIRST_NAMES[draw_first(rng, count)]
    return np.where(rng.random(count) < _MIDDLE_SHARE, names, "")


def draw_last(rng: np.random.Generator, count: int) -> TextArray:
    """Return family names, the first of the list about seven times as common as the last.

    Frequencies of surnames fall as a power of the rank (Zipf-Mandelbrot).
    """
    weight = (np.arange(len(LAST_NAMES)) + _RANK_OFFSET) ** -_RANK_POWER
    found: TextArray = rng.choice(LAST_NAMES, count, p=weight / weight.sum())
    return found


def without_marks(texts: TextArray, *, is_german: bool = False) -> TextArray:
    """Return texts in plain letters: ü as u, or in the German way as ue."""
    table = _BARE | _GERMAN if is_german else _BARE
    for letter, plain in table.items():
        texts = np.char.replace(texts, letter, plain)
    return texts


def joined(*parts: TextArray) -> TextArray:
    """Return texts put together with a blank between them, empty ones left out."""
    found = parts[0]
    for part in parts[1:]:
        blank = np.where((found != "") & (part != ""), " ", "")
        found = np.char.add(np.char.add(found, blank), part)
    return found
