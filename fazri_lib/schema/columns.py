"""Every column of every table, once: the same name, type, unit and meaning wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its name everywhere.
        type: Ibis data type; `timestamp` has no zone: instants are UTC by contract, `local_` ones campus time.
        unit: UTC, campus time, probability, metres, ...; empty where there is none.
        meaning: one sentence for the data dictionary.
        is_personal: names, contacts, identifiers and free text: shown only with the scope for it.
    """

    name: str
    type: str
    unit: str
    meaning: str
    is_personal: bool = False


_ID = "int64"
_UTC = "timestamp"

_COLUMNS = (
    # identity
    Column("entity_id", _ID, "", "opaque, stable number of a person (or thing) resolved from records"),
    Column("record_id", _ID, "", "identity of one directory row: contract, content and occurrence"),
    Column("left_id", _ID, "", "directory record of a pair, the one with the lower `record_id`"),
    Column("right_id", _ID, "", "the other directory record of the pair"),
    Column("left_directory", "string", "", "directory of one record that a reviewer was asked about"),
    Column("left_key", "string", "", "its own key there", is_personal=True),
    Column("right_directory", "string", "", "directory of the other record"),
    Column("right_key", "string", "", "its own key there", is_personal=True),
    Column("other_id", _ID, "", "entity that it went into, or came out of"),
    Column("what", "string", "", "merged: the entity went into the other; split: it came out of it"),
    Column("observation_id", _ID, "", "identity of one logged row: contract, content and occurrence"),
    Column("stay_id", _ID, "", "identity of a stay, from its first claim"),
    Column("finding_id", _ID, "", "stable identity of a finding, from its detector and evidence"),
    Column("id_key", _ID, "", "64-bit key of (id_type, id_value), for joins"),
    Column("id_type", "string", "", "kind of identifier, as card_id, device_hash, face_id, email"),
    Column("id_value", "string", "", "the identifier itself", is_personal=True),
    Column("directory", "string", "", "directory (source of person records) that the row came from"),
    Column("record_key", "string", "", "the row's own key within its directory", is_personal=True),
    Column("source", "string", "", "contract that the row came through, as swipes, wifi, cameras"),
    Column(
        "kind",
        "string",
        "",
        "what the row is: of an observation its contract's kind, of an entity person, of a relation its verb; of a "
        "mention or thing person, zone, book or the kind of identifier",
    ),
    Column("zone_id", "string", "", "zone of the campus"),
    Column("sensor_id", "string", "", "reader, access point or camera that logged the row"),
    Column("ref_id", "string", "", "number that the source system gave the row, as a booking or frame number"),
    Column("thing_id", "string", "", "book or other thing that the row is about"),
    # time
    Column("ts", _UTC, "UTC", "when it happened; of an occupancy or forecast row the start of its interval"),
    Column("ended_at", _UTC, "UTC", "when it ended; empty while it is open or has no length"),
    Column("started_at", _UTC, "UTC", "when it started"),
    Column("until_at", _UTC, "UTC", "until when the sighting speaks for presence when nothing else is seen"),
    Column("local_ts", "timestamp", "campus time", "`ts` on the campus's clocks"),
    Column("local_date", "date", "campus time", "day of `ts` on the campus's clocks"),
    Column("hour_at", _UTC, "UTC", "start of the hour"),
    Column("known_at", _UTC, "UTC", "from when on this row could be known; 1970-01-01 for always"),
    Column("superseded_at", _UTC, "UTC", "from when on a later version of this row holds; empty while this one does"),
    Column("outcome_at", _UTC, "UTC", "from when on the row's outcome (as is_attended) could be known"),
    Column("valid_from", _UTC, "UTC", "start of validity; empty for always"),
    Column("valid_to", _UTC, "UTC", "end of validity; empty while valid"),
    Column("made_at", _UTC, "UTC", "when it was computed: of a forecast the last moment that it could read"),
    Column("first_at", _UTC, "UTC", "first time seen"),
    Column("last_at", _UTC, "UTC", "last time seen"),
    Column(
        "ts_resolution_s",
        "float64",
        "s",
        "how finely the source's clock writes: the true time lies within so many seconds after `ts`",
    ),
    # people
    Column("name", "string", "", "name as the directory writes it; of a zone its display name", is_personal=True),
    Column("email", "string", "", "e-mail address", is_personal=True),
    Column("phone", "string", "", "telephone number", is_personal=True),
    Column("born_on", "date", "", "date of birth", is_personal=True),
    Column("numbers", "string", "", "identifiers of the person that the row lists, by kind, as JSON", is_personal=True),
    Column("role", "string", "", "student, faculty, staff, visitor or what the directory says"),
    Column("department", "string", "", "department as the directory writes it"),
    Column("identifies", "boolean", "", "whether two records with the same value are the same person"),
    Column(
        "load_order",
        _ID,
        "",
        "order of loading; of two versions of a record with the same validity the later one holds",
    ),
    # certainty
    Column(
        "probability",
        "float64",
        "probability",
        "how probable it is; claims of one observation add up to one, to less where somebody unknown is as likely",
    ),
    Column("records", _ID, "rows", "directory rows that the model was trained on"),
    Column("document", "string", "", "model and spec, JSON; holds values that several records have", is_personal=True),
    Column("alibi_observation_id", _ID, "", "observation that shows the person elsewhere, of a stay the last one"),
    Column(
        "alibi_since_id",
        _ID,
        "",
        "first observation of the alibi: of a stay elsewhere one before the row in question, else the same",
    ),
    Column("alibi_at", _UTC, "UTC", "when the person was seen elsewhere"),
    Column("alibi_zone_id", "string", "", "zone in which the person was seen elsewhere"),
    Column(
        "needed_m_s",
        "float64",
        "m/s",
        "speed that being at both would have taken at least, radio and clocks granted",
    ),
    Column("factor", "float64", "", "what the alibi leaves of the claim's weight before it is shared out anew"),
    Column(
        "confidence",
        "float64",
        "probability",
        "how sure it is, given the claims behind it; of an entity the mean over its sure records",
    ),
    Column("is_presence", "boolean", "", "whether the row speaks for somebody having been there (a plan does not)"),
    Column("score", "float64", "probability", "how sure it is that this happened, claims and clocks included"),
    # rows of logs
    Column("is_attended", "boolean", "", "whether a booking was used; empty until its end"),
    Column("category", "string", "", "category given by the source system"),
    Column("text", "string", "", "free text", is_personal=True),
    Column("text_from", _ID, "characters", "where a mention begins: characters of the text before it"),
    Column("text_to", _ID, "characters", "where a mention ends: characters of the text up to its end"),
    Column("vector", "array<float32>", "", "embedding", is_personal=True),
    # stays and occupancy
    Column("sources", "string", "", "sources that agree on it, comma-separated in alphabetical order"),
    Column("observation_count", _ID, "rows", "number of observations behind it"),
    Column("mention_count", _ID, "rows", "number of notes that may name it"),
    Column("holder_count", _ID, "people", "number of people who are listed with it and have not given it back"),
    Column("people", "float64", "people", "expected number of people, mean over the interval"),
    Column("people_lo", "float64", "people", "lower end of the 95 % interval"),
    Column("people_hi", "float64", "people", "upper end of the 95 % interval"),
    Column("quality", "string", "", "measured, or outage when no sensor of the campus reported for hours"),
    # findings
    Column("detector", "string", "", "rule or model that found it: the stem of its file"),
    Column("severity", "string", "", "low, medium, high or critical"),
    Column("reason", "string", "", "why, in a sentence without personal values"),
    Column("evidence", "array<int64>", "", "observation ids behind it"),
    Column("action", "string", "", "what to do about it"),
    # forecasts and quality
    Column("model", "string", "", "model that made the row"),
    Column("lo_80", "float64", "people", "lower end of the 80 % interval"),
    Column("hi_80", "float64", "people", "upper end of the 80 % interval"),
    Column("lo_95", "float64", "people", "lower end of the 95 % interval"),
    Column("hi_95", "float64", "people", "upper end of the 95 % interval"),
    Column("capability", "string", "", "what is measured, as forecast, next_place, resolution"),
    Column("measure", "string", "", "name of the measure, as MASE or acc@1"),
    Column("value", "float64", "", "the measure's value"),
    Column("baseline", "float64", "", "the same measure for the baseline"),
    Column("baseline_name", "string", "", "which baseline"),
    Column(
        "verdict", "string", "", "good, weak, no signal or not enough data; of a reviewer same, different or unsure"
    ),
    # relations
    Column("src", "string", "", "one end, as entity:123, zone:LIB, card_id:C1", is_personal=True),
    Column("dst", "string", "", "other end", is_personal=True),
    Column(
        "weight",
        "float64",
        "",
        "strength: holds a probability, visited and moves_to expected counts, next_to metres; of a pair of records the "
        "match weight in bits, log2 of the odds that they are one person",
    ),
    # reference
    Column("building", "string", "", "building of the zone"),
    Column("zone_type", "string", "", "lobby, lab, cafeteria, ..."),
    Column("capacity", _ID, "people", "people that fit"),
    Column("opens", "string", "campus time", "opening time hh:mm; empty when always open"),
    Column(
        "closes", "string", "campus time", "closing time hh:mm; 24:00 is midnight; before `opens` it is on the next day"
    ),
    Column("closed_weekdays", "string", "", "weekdays closed all day, comma-separated: mon,tue,wed,thu,fri,sat,sun"),
    Column("allowed_roles", "string", "", "roles that may enter, comma-separated; empty for all"),
    Column("allowed_departments", "string", "", "departments that may enter, comma-separated; empty for all"),
    Column("access", "string", "", "public, booking, membership, residents, restricted"),
    Column("security", "string", "", "low, medium, high: how much a breach matters"),
    Column("off_hours_severity", "string", "", "severity of being there off hours"),
    Column("longest_stay_h", "float64", "h", "longest plausible stay"),
    Column("latitude", "float64", "degrees", "WGS 84"),
    Column("longitude", "float64", "degrees", "WGS 84"),
    Column("other_zone_id", "string", "", "zone at the other end of the walk"),
    Column("distance_m", "float64", "m", "walking distance"),
    Column("is_holiday", "boolean", "", "public or university holiday"),
    Column("is_term", "boolean", "", "a day of term"),
    Column("is_exam", "boolean", "", "a day of the examination period"),
    # health
    Column("file", "string", "", "name of the input file"),
    Column("row_number", _ID, "", "data row in the file, the first one after the header being 1"),
    Column("rule", "string", "", "rule that the row broke"),
    Column("column", "string", "", "column of the file that broke it"),
    Column("digest", "string", "", "SHA-256 of the file"),
    Column("contract_digest", "string", "", "SHA-256 of the contract that read it"),
    Column("rows_read", _ID, "rows", "data rows in the file"),
    Column("rows_loaded", _ID, "rows", "rows added to the lake"),
    Column("rows_quarantined", _ID, "rows", "rows put aside"),
    Column("loaded_at", _UTC, "UTC", "when the file was loaded, by the machine's clock"),
    Column("rows", _ID, "rows", "number of rows"),
    Column(
        "orphan_rows",
        _ID,
        "rows",
        "rows whose identifier leads to nobody: no directory lists it, or so many hold it that it says nothing",
    ),
    Column("shared_rows", _ID, "rows", "rows whose identifier several people hold"),
    Column("late_rows", _ID, "rows", "rows known too late to join stays and rules"),
    # runs
    Column("run_id", "string", "", "identity of a run"),
    Column("stage", "string", "", "stage of the run"),
    Column("seconds", "float64", "s", "wall time"),
    Column("as_of", _UTC, "UTC", "moment up to which the run's views look"),
    Column("code_version", "string", "", "version of Fazri that ran"),
    Column("parameters", "string", "", "settings of the run as JSON, secrets left out"),
    Column("inputs", "string", "", "lake versions read, as JSON"),
)

COLUMNS: dict[str, Column] = {column.name: column for column in _COLUMNS}
