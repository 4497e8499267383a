"""Addresses of collection, the index, comparison and lineage."""

from django.urls import URLPattern, path

from hatangso.web import views_corrections as corrections
from hatangso.web import views_indicators_collect as collect
from hatangso.web import views_indicators_compare as compare
from hatangso.web import views_indicators_dii as dii
from hatangso.web import views_indicators_form as one_form
from hatangso.web.views_plan_kinds import plan_kinds

pages: list[URLPattern] = [
    path("bieu-mau/", collect.forms_page, name="forms"),
    path("bieu-mau/<slug:form>/<str:period>/", collect.completeness_page, name="completeness"),
    path("bieu-mau/<slug:form>/<str:period>/<str:code>/", one_form.form_page, name="form"),
    path(
        "bieu-mau/<slug:form>/<str:period>/<str:code>/mau.xlsx",
        one_form.form_template,
        name="form_template",
    ),
    path(
        "bieu-mau/<slug:form>/<str:period>/<str:code>/mau.csv",
        one_form.form_template_csv,
        name="form_template_csv",
    ),
    path(
        "bieu-mau/<slug:form>/<str:period>/<str:code>/so-lieu/",
        one_form.form_save,
        name="form_save",
    ),
    path(
        "bieu-mau/<slug:form>/<str:period>/<str:code>/buoc/", one_form.form_step, name="form_step"
    ),
    path(
        "bieu-mau/<slug:form>/<str:period>/<str:code>/ly-do/", one_form.form_keep, name="form_keep"
    ),
    path("ke-hoach/<int:number>/loai-so-lieu/", plan_kinds, name="plan_kinds"),
    path("dinh-chinh/", corrections.notices, name="notices"),
    path("so-lieu/<int:number>/dinh-chinh/", corrections.correct, name="correct"),
    path("don-vi/<str:code>/dii/", dii.dii_page, name="dii"),
    path("don-vi/<str:code>/dii/tu-cham/", dii.dii_self, name="dii_self"),
    path("don-vi/<str:code>/dii/<int:year>/", dii.dii_enter, name="dii_enter"),
    path("dii/minh-chung/<int:number>/", dii.dii_evidence, name="dii_evidence"),
    path("don-vi/<str:code>/so-sanh/<slug:indicator>/", compare.compare_page, name="compare"),
    path("don-vi/<str:code>/so-lieu/<slug:indicator>/nguon.json", compare.lineage, name="lineage"),
]
