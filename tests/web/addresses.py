"""One address of every page, on the made-up province."""

PROVINCE = "M0"
ENDED_COMMUNE = "M101"
COMMUNE = "N01"
INDICATOR = "village_fibre_share"


def addresses(plans):
    """Address of each page by the name that queries.toml uses."""
    number = plans["07/KH-UBND"].pk
    return {
        "home": "/",
        "units": "/don-vi/",
        "unit": f"/don-vi/{PROVINCE}/",
        "ended_unit": f"/don-vi/{ENDED_COMMUNE}/",
        "unit_charts": f"/don-vi/{PROVINCE}/bieu-do/",
        "report": f"/don-vi/{PROVINCE}/bao-cao/",
        "two_dates": f"/chi-tieu/{INDICATOR}/?so-voi=2025-01-01",
        "tour": f"/?gioi-thieu=1.{PROVINCE}.{INDICATOR}",
        "cascade": f"/don-vi/{PROVINCE}/doi-chieu/",
        "cascades": "/doi-chieu/",
        "figure": f"/don-vi/{PROVINCE}/so-lieu/{INDICATOR}/",
        "dii": f"/don-vi/{PROVINCE}/dii/",
        "compare": f"/don-vi/{PROVINCE}/so-sanh/{INDICATOR}/",
        "forms": "/bieu-mau/",
        "completeness": "/bieu-mau/hts-xa-quy/2026-Q3/",
        "form": f"/bieu-mau/hts-xa-quy/2026-Q3/{COMMUNE}/",
        "indicators": "/chi-tieu/",
        "indicator": f"/chi-tieu/{INDICATOR}/",
        "plans": "/ke-hoach/",
        "plan": f"/ke-hoach/{number}/",
        "inventory": "/hien-trang/",
        "inventory_list": "/hien-trang/service_point/",
        "inventory_asset": "/hien-trang/service_point/MH-SONGMAY/SMD-N01/",
        "map": "/ban-do/",
        "territory": "/dia-gioi/",
        "territory_list": "/dia-gioi/?cap=commune&ngay=2025-01-01",
        "territory_unit": f"/dia-gioi/{ENDED_COMMUNE}/",
        "territory_findings": "/dia-gioi/kiem-tra/",
        "territory_carry": f"/dia-gioi/chuyen-so-lieu/?chi-tieu={INDICATOR}&den-ngay=2025-01-01",
        "addresses": "/dia-chi/?q=thon+1,+xa+suoi+may",
        "search": "/tim-kiem/?q=suoi+may",
    }
