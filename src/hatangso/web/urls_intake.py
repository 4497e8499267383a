"""Addresses of operators' filings of assets."""

from django.urls import path

from hatangso.web import views_intake as pages
from hatangso.web import views_intake_files as files
from hatangso.web import views_intake_steps as steps

app_name = "intake"
urlpatterns = [
    path("", pages.filings, name="filings"),
    path("nop/", steps.receive, name="receive"),
    path("mau.xlsx", files.template_file, name="template"),
    path("tat-ca.zip", files.own_data, name="own_data"),
    path("<uuid:number>/", pages.filing, name="filing"),
    path("<uuid:number>/tien-do/", pages.progress, name="progress"),
    path("<uuid:number>/buoc/", steps.step, name="step"),
    path("<uuid:number>/thay-doi/", pages.changes, name="changes"),
    path("<uuid:number>/thay-doi.geojson", files.changes_geojson, name="changes_geojson"),
    path("<uuid:number>/thay-doi.csv", files.changes_csv, name="changes_csv"),
    path("<uuid:number>/loi/<int:place>/", pages.finding, name="finding"),
    path("<uuid:number>/loi.csv", files.findings_csv, name="findings_csv"),
    path("<uuid:number>/danh-dau.xlsx", files.marked, name="marked"),
    path("<uuid:number>/tep/<int:file>/", files.raw_file, name="file"),
]
