"""Every address of the site. Addresses are Vietnamese words without tone marks."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hatangso.api.main import api
from hatangso.web import (
    territory,
    urls_indicators,
    urls_plans,
    views,
    views_cascade,
    views_charts,
    views_figure,
    views_indicator,
    views_plan,
    views_plan_file,
    views_report,
    views_review,
    views_scorecard,
    views_search,
)

_pages: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("don-vi/", views.units, name="units"),
    path("don-vi/<str:code>/", views_scorecard.unit_page, name="unit"),
    path("don-vi/<str:code>/bang-theo-doi.csv", views_scorecard.unit_csv, name="unit_csv"),
    path("don-vi/<str:code>/bao-cao.docx", views_report.unit_report, name="unit_report"),
    path("don-vi/<str:code>/bao-cao/", views_report.unit_report_page, name="unit_report_page"),
    path(
        "don-vi/<str:code>/bao-cao/bieu-do.png",
        views_report.unit_report_chart,
        name="unit_report_chart",
    ),
    path(
        "don-vi/<str:code>/bao-cao/ban-do.png", views_report.unit_report_map, name="unit_report_map"
    ),
    path(
        "don-vi/<str:code>/bao-cao/lam-moi/",
        views_report.unit_report_refresh,
        name="unit_report_refresh",
    ),
    path("don-vi/<str:code>/bang-theo-doi.xlsx", views_report.unit_workbook, name="unit_workbook"),
    path("don-vi/<str:code>/bieu-do/", views_charts.unit_charts, name="unit_charts"),
    path("don-vi/<str:code>/doi-chieu/", views_cascade.cascade_page, name="cascade"),
    path("don-vi/<str:code>/so-lieu/<slug:indicator>/", views_figure.figure_page, name="figure"),
    path("doi-chieu/", views_cascade.cascades, name="cascades"),
    path("chi-tieu/", views_indicator.indicators, name="indicators"),
    path("chi-tieu/<slug:code>/", views_indicator.indicator_page, name="indicator"),
    path("ke-hoach/", views_plan.plans, name="plans"),
    path("ke-hoach/nop/", views_plan_file.give_plan, name="give_plan"),
    path("ke-hoach/<int:number>/", views_plan.plan_page, name="plan"),
    path("ke-hoach/<int:number>/doi-soat/", views_review.review_page, name="review"),
    path("ke-hoach/<int:number>/doi-soat/them/", views_review.add, name="add_target"),
    path("ke-hoach/<int:number>/doi-soat/<str:kind>/<int:pk>/", views_review.decide, name="decide"),
    path("dia-gioi/", include(territory.urlpatterns)),
    path("tim-kiem/", views_search.search, name="search"),
    *urls_indicators.pages,
    *urls_plans.pages,
    path("ngon-ngu/", set_language, name="set_language"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_pages, "web"))),
    path("tai-khoan/", include("hatangso.web.urls_account")),
    path("nhat-ky/", include("hatangso.web.urls_history")),
    path("nop-so-lieu/", include("hatangso.web.urls_intake")),
    path("hien-trang/", include("hatangso.web.urls_inventory")),
    path("ban-do/", include("hatangso.web.urls_map")),
    path("dia-chi/", include("hatangso.web.urls_addresses")),
    path("chia-se/", include("hatangso.web.urls_sharing_out")),
    path("api/", api.urls),
]

handler400 = "hatangso.web.views.bad_request"
handler404 = "hatangso.web.views.page_not_found"
handler500 = "hatangso.web.views.server_error"
