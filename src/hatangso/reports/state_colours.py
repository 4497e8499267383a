"""Colours of the states of a target: the one place for the page's charts and the document's.

Blue-green against orange and ochre are apart for every common kind of colour blindness, and each
has at least 4.5 : 1 against white (WCAG 2.2, 1.4.3 and 1.4.11). Two of them look alike on a grey
printer, so what is not met is also hatched in print, and every state has its word beside it.
The page's style sheet holds the same values; a test holds the two together.
"""

COLOURS = {
    "met": "#00665e",
    "on_track": "#00665e",
    "at_risk": "#7a5b00",
    "behind": "#ad4500",
    "no_data": "#5a6672",
}
