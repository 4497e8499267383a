"""Addresses of what hangs on a plan: its head, its signed scan, an indicator that it brings."""

from django.urls import URLPattern, path

from hatangso.web import views_plan_file as files
from hatangso.web import views_review

pages: list[URLPattern] = [
    path("ke-hoach/<int:number>/ban-ky/", files.plan_scan, name="plan_scan"),
    path("ke-hoach/<int:number>/ban-ky/dinh-kem/", files.give_scan, name="give_scan"),
    path(
        "ke-hoach/<int:number>/doi-soat/phan-dau/", views_review.correct_head, name="correct_head"
    ),
    path("ke-hoach/<int:number>/doi-soat/chi-tieu-moi/", files.new_indicator, name="new_indicator"),
]
