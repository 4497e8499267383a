"""What the tests of the maps do with a mouse: where a place lies on the screen, and signing in."""

from tests.e2e.running_site import OFFICER_PASSWORD


def sign_in(visit, name):
    """Sign in, in a tab, as one of the made-up people."""
    page = visit.open("/tai-khoan/dang-nhap/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", OFFICER_PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("load")
    return visit


def look_at(page, place, zoom):
    """Move the map, and wait until it is drawn there."""
    page.evaluate(
        """([place, zoom]) => new Promise((done) => {
            const map = document.getElementById('map').hatangsoMap;
            map.once('idle', done);
            map.jumpTo({ center: place, zoom });
        })""",
        [list(place), zoom],
    )


def drawn(page, *layers):
    """Properties of what the map shows in some of its layers, with its places."""
    return page.evaluate(
        """(layers) => document.getElementById('map').hatangsoMap
            .queryRenderedFeatures(undefined, { layers })
            .map(({ properties, geometry }) => ({ ...properties, at: geometry.coordinates }))""",
        list(layers),
    )


def on_screen(page, place):
    """Where a place lies in the window. [px]."""
    page.locator("#map").scroll_into_view_if_needed()
    return page.evaluate(
        """(place) => {
            const map = document.getElementById('map').hatangsoMap;
            const { left, top } = map.getCanvas().getBoundingClientRect();
            const { x, y } = map.project(place);
            return [left + x, top + y];
        }""",
        list(place),
    )


def click_at(page, place):
    """Click a place; far enough in time from the click before, that both are no double click."""
    x, y = on_screen(page, place)
    page.evaluate("() => new Promise((done) => setTimeout(done, 350))")
    page.mouse.click(x, y)
