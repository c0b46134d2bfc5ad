"""Addresses of the desk."""

from django.urls import path

from staydown.web.console.urls import ADDRESSES
from staydown.web.desk_site import about, alarm_views, bank_views, earlier, gate, item_views
from staydown.web.desk_site.page import ERRORS

urlpatterns = [
    path("api/v1/uploads", gate.uploads, name="uploads"),
    path("api/v1/items/<uuid:item>", gate.item_outcome, name="outcome"),
    path("api/v1/earlier", earlier.earlier, name="earlier"),
    *ADDRESSES,
    path("items/", item_views.items, name="items"),
    path("items/<uuid:item>/", item_views.item, name="item"),
    path("banks/", bank_views.banks, name="banks"),
    path("alarms/", alarm_views.alarms, name="alarms"),
    path("alarms/<int:number>/seen/", alarm_views.alarm_seen, name="alarm_seen"),
    path("about/", about.about, name="about"),
]

handler400 = ERRORS.bad_request
handler404 = ERRORS.not_found
handler500 = ERRORS.server_error
