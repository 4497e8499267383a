"""Addresses of the digital map."""

from django.urls import URLPattern, path

from hatangso.web import views_map, views_map_edit, views_map_field

app_name = "map"
urlpatterns: list[URLPattern] = [
    path("", views_map.map_page, name="map"),
    path("tim/", views_map.find, name="find"),
    path("tai-ve/<slug:form>/", views_map.export, name="export"),
    path("nen/<slug:name>.pmtiles", views_map.base_file, name="base"),
    path("gan/", views_map_edit.near, name="near"),
    path("sua/", views_map_edit.edit_page, name="edit"),
    path("sua/gui/", views_map_edit.send, name="send"),
    path(
        "sua/<slug:layer>/<str:owner>/<path:code>/",
        views_map_edit.edit_subject,
        name="edit_subject",
    ),
    path("hien-truong/", views_map_field.field_page, name="field"),
    path("hien-truong/phieu/", views_map_field.token, name="field_token"),
    path("hien-truong/gui/", views_map_field.note, name="field_note"),
    path("hien-truong/tho.js", views_map_field.worker, name="worker"),
    path("doi-tuong/<slug:layer>/<str:owner>/<path:code>/", views_map.asset_panel, name="asset"),
]
