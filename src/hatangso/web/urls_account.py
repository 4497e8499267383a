"""Addresses of signing in, of one's account, and of the people of an administrator."""

from django.urls import URLPattern, path

from hatangso.web import views_account, views_people, views_sso

app_name = "account"
urlpatterns: list[URLPattern] = [
    path("", views_account.account, name="account"),
    path("dang-nhap/", views_account.sign_in_page, name="sign_in"),
    path("ma-xac-thuc/", views_account.code, name="code"),
    path("dang-xuat/", views_account.sign_out, name="sign_out"),
    path("mat-khau/", views_account.password, name="password"),
    path("mat-khau/<str:name>/<str:token>/", views_account.reset, name="reset"),
    path("hai-buoc/", views_account.second_factor, name="second_factor"),
    path("khoa/", views_account.make_key, name="make_key"),
    path("khoa/<str:prefix>/thu-hoi/", views_account.revoke_key, name="revoke_key"),
    path("du-lieu.json", views_account.own_data, name="own_data"),
    path("sso/", views_sso.start, name="sso"),
    path("sso/ve/", views_sso.come_back, name="sso_return"),
    path("nguoi-dung/", views_people.people, name="people"),
    path("nguoi-dung/<str:username>/", views_people.one_person, name="person"),
]
