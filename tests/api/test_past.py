# SPDX-License-Identifier: Apache-2.0
"""Every door shows the register as it was on a day, as it was known on another; and never what was to come."""

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from httpx import Client

from layers.embedded import Cluster
from tests.conftest import Register, a_register
from tests.layers.land import a_block, a_plot, a_zone, square
from tests.layers.rights import a_party, a_right
from tests.layers.test_past import now_of
from tests.serving import serving

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """A plot that was let, renamed and moved, and when."""

    client: Client
    before: datetime
    after: datetime
    plot: str


@pytest.fixture(scope="module")
def story(cluster: Cluster, template: str) -> Iterator[Story]:
    with a_register(cluster, template) as register:
        yield from told_in(register)


def told_in(register: Register) -> Iterator[Story]:
    with register.connect(autocommit=True) as db:
        block = a_block(db, a_zone(db))
        plot = a_plot(db, block, "P-1")
        db.execute("update register.plot set valid = tstzrange(now() - interval '400 days', null)")
        before = now_of(db)
        db.execute("update register.plot set plot_number = 'P-9', geom = %s", [square(0, 0, 40)])
        a_right(
            db,
            plot,
            a_party(db, "Trial company 7"),
            "lease",
            "tstzrange(now() - interval '10 days', null)",
            published=True,
        )
        a_plot(db, block, "P-2", square(60, 0))
        after = now_of(db)
    with serving(register) as address, Client(base_url=address, timeout=30) as client:
        yield Story(client, before, after, str(plot))


def told(story: Story, address: str, **asked: object) -> dict[str, object]:
    answer = story.client.get(address, params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = json.loads(answer.content)
    return found


def instant(at: datetime) -> str:
    return at.isoformat()


def numbers(answer: dict[str, object]) -> list[tuple[str, str, str | None]]:
    features: list[dict[str, dict[str, str]]] = answer["features"]  # type: ignore[assignment]
    rows = [feature["properties"] for feature in features]
    return sorted((row["plot_number"], row["public_status"], row["holder_en"]) for row in rows)


def test_a_page_and_its_count_are_of_the_day_that_the_address_names(story: Story) -> None:
    items = "/collections/plots/items"
    now = told(story, items)
    assert numbers(now) == [("P-2", "planned", None), ("P-9", "allocated", "Trial company 7")]
    then = told(story, items, known_on=instant(story.before))
    assert (numbers(then), then["numberMatched"]) == ([("P-1", "planned", None)], 1)
    # What is known today of a day before the lease began; of the second plot nothing was true then.
    earlier = told(story, items, on=(story.after - 20 * DAY).date())
    assert numbers(earlier) == [("P-9", "in_process", None)]
    assert numbers(told(story, items, known_on=(story.before - 30 * DAY).date())) == []
    # Filters, order and pages are the same questions.
    assert numbers(told(story, items, known_on=instant(story.before), filter="area_m2 > 2000")) == numbers(then)
    assert numbers(told(story, items, known_on=instant(story.before), plot_number="P-9")) == []
    page = told(story, items, on=story.after.date(), limit=1, sortby="plot_number")
    following = next(each["href"] for each in page["links"] if each["rel"] == "next")  # type: ignore[attr-defined]
    assert "on=" in following and numbers(json.loads(story.client.get(following).content))[0][0] == "P-9"


def test_one_feature_its_card_and_the_list_beside_the_map(story: Story) -> None:
    item = f"/collections/plots/items/{story.plot}"
    then = told(story, item, known_on=instant(story.before))
    assert then["properties"]["plot_number"] == "P-1"  # type: ignore[index]
    assert story.client.get(item, params={"known_on": "2001-01-01"}).status_code == 404
    card = story.client.get("/map/card", params={"plot": "P-1", "known_on": instant(story.before), "lang": "en"})
    assert card.status_code == 200 and "Trial company 7" not in card.text
    assert story.client.get("/map/card", params={"plot": "P-1"}).status_code == 404
    results = story.client.get("/map/results", params={"known_on": instant(story.before), "lang": "en"})
    assert "P-1" in results.text and "P-9" not in results.text


def test_a_tile_is_of_that_day_and_of_no_cache(story: Story) -> None:
    box = told(story, "/collections/plots")["extent"]["spatial"]["bbox"][0]  # type: ignore[index]
    side, latitude = 2**14, math.radians(box[1])
    row = int((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * side)
    address = f"/collections/plots/tiles/WebMercatorQuad/14/{row}/{int((box[0] + 180) / 360 * side)}"

    def statuses(**asked: str) -> set[bytes]:
        content = story.client.get(address, params=asked).content
        return {word for word in (b"allocated", b"planned") if word in content}

    assert statuses() == {b"allocated", b"planned"}
    assert statuses(known_on=instant(story.before)) == {b"planned"}
    assert statuses() == {b"allocated", b"planned"}
    answer = story.client.get(address, params={"on": str(story.after.date())})
    again = story.client.get(
        address, params={"on": str(story.after.date())}, headers={"if-none-match": answer.headers["etag"]}
    )
    assert answer.headers["cache-control"] == "public, no-cache"
    assert again.status_code in (200, 304)


def test_a_file_says_of_which_day_it_is(story: Story) -> None:
    asked = {"f": "csv", "lang": "en", "known_on": instant(story.before)}
    answer = story.client.get("/collections/plots/export", params=asked)
    assert answer.status_code == 200 and "-known-" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Plot number"] for row in rows] == ["P-1"]
    geojson = json.loads(story.client.get("/collections/plots/export", params=asked | {"f": "geojson"}).content)
    assert geojson["about"]["True on"].startswith(str(story.before.date()))


def test_the_map_says_that_it_shows_another_day(story: Story) -> None:
    page = story.client.get(
        "/map", params={"lang": "en", "on": str(story.after.date()), "known_on": instant(story.before - 5 * DAY)}
    )
    assert page.status_code == 400, "true on a day after it was known: what was to come is nobody's to read"
    page = story.client.get("/map", params={"lang": "en", "known_on": instant(story.before)})
    assert "as it was true on" in page.text and "Back to today" in page.text
    module = story.client.get("/map.js", params={"lang": "en", "known_on": instant(story.before)})
    assert "known_on=" in module.text
    assert "data-moment" not in story.client.get("/map", params={"lang": "en"}).text


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "tomorrow"}, {"on": "2026-02-30"}, {"on": "2026-01-01T10:00:00"}, {"known_on": "9999-12-31"},
        {"on": "3000-01-01"}, {"on": "0001-01-01"}, {"known_on": "'; drop table"}, {"on": "2026-01-01T00:00:00+99:00"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/collections/plots/items", "/map", "/map/results"])
def test_what_is_no_day_or_a_day_to_come_is_refused_in_one_sentence(
    story: Story, address: str, asked: dict[str, str]
) -> None:
    answer = story.client.get(address, params=asked, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (400, "bad-query") or (
        answer.status_code == 400 and answer.json()["status"] == 400
    )


def test_doors_that_tell_only_of_today_do_not_pretend(story: Story) -> None:
    for address in ("/", "/collections/plots", "/conformance"):
        assert story.client.get(address, params={"on": "2026-01-01", "f": "json"}).status_code == 400
