"""Addresses of the page on data that is sent to other systems."""

from django.urls import URLPattern, path

from hatangso.web import views_sharing_out

app_name = "sharing"
urlpatterns: list[URLPattern] = [
    path("", views_sharing_out.subscriptions, name="subscriptions"),
    path("<uuid:number>/", views_sharing_out.step, name="step"),
]
