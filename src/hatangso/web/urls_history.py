"""Addresses of the history, and of the changes that wait for a second person."""

from django.urls import URLPattern, path

from hatangso.web import views_history, views_proposals

app_name = "history"
urlpatterns: list[URLPattern] = [
    path("", views_history.log, name="log"),
    path("nhat-ky.csv", views_history.log_csv, name="log_csv"),
    path("dau-chuoi.txt", views_history.head, name="head"),
    path("hoan-tac/<str:number>/", views_history.undo, name="undo"),
    path("de-nghi/", views_proposals.proposals, name="proposals"),
    path("de-nghi/<uuid:number>/", views_proposals.proposal, name="proposal"),
    path("<str:model>/<str:key>/", views_history.record, name="record"),
]
