"""Addresses of what hangs on a plan: its signed scan, an indicator that it brings."""

from django.urls import URLPattern, path

from hatangso.web import views_plan_file as files

pages: list[URLPattern] = [
    path("ke-hoach/<int:number>/ban-ky/", files.plan_scan, name="plan_scan"),
    path("ke-hoach/<int:number>/ban-ky/dinh-kem/", files.give_scan, name="give_scan"),
    path("ke-hoach/<int:number>/doi-soat/chi-tieu-moi/", files.new_indicator, name="new_indicator"),
]
