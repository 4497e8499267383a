"""Addresses of the pages on digital addresses."""

from django.urls import URLPattern, path

from hatangso.web import views_addresses

app_name = "addresses"
urlpatterns: list[URLPattern] = [
    path("", views_addresses.search, name="search"),
    path("<slug:code>/", views_addresses.address, name="address"),
]
