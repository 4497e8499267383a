"""Addresses of collection, the index, comparison and lineage."""

from django.urls import URLPattern, path

from hatangso.web import views_indicators_collect as collect
from hatangso.web import views_indicators_compare as compare
from hatangso.web import views_indicators_dii as dii

pages: list[URLPattern] = [
    path("bieu-mau/", collect.forms_page, name="forms"),
    path("bieu-mau/<slug:form>/<str:period>/", collect.completeness_page, name="completeness"),
    path("bieu-mau/<slug:form>/<str:period>/<str:code>/", collect.form_page, name="form"),
    path(
        "bieu-mau/<slug:form>/<str:period>/<str:code>/mau.xlsx",
        collect.form_template,
        name="form_template",
    ),
    path("don-vi/<str:code>/dii/", dii.dii_page, name="dii"),
    path("don-vi/<str:code>/so-sanh/<slug:indicator>/", compare.compare_page, name="compare"),
    path("don-vi/<str:code>/so-lieu/<slug:indicator>/nguon.json", compare.lineage, name="lineage"),
]
