"""Addresses of what stands. An asset is known by its kind, its owner's code and its own code."""

from django.urls import URLPattern, path

from hatangso.web import views_inventory, views_inventory_edit

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    path("", views_inventory.kinds, name="kinds"),
    path("them/<slug:kind>/", views_inventory_edit.add, name="add"),
    path("sua/<slug:kind>/<str:owner>/<path:code>/", views_inventory_edit.edit, name="edit"),
    path("rut/<slug:kind>/<str:owner>/<path:code>/", views_inventory_edit.remove, name="remove"),
    path("hoan-tac/<slug:kind>/<str:owner>/<path:code>/", views_inventory_edit.undo, name="undo"),
    path("<slug:kind>/", views_inventory.assets, name="assets"),
    path("<slug:kind>/<str:owner>/<path:code>/", views_inventory.asset, name="asset"),
]
