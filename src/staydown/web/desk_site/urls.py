"""Addresses of the desk."""

from django.urls import path

from staydown.web.desk_site import console, earlier, gate, notice

urlpatterns = [
    path("api/v1/uploads", gate.uploads, name="uploads"),
    path("api/v1/items/<uuid:item>", gate.item_outcome, name="outcome"),
    path("api/v1/earlier", earlier.earlier, name="earlier"),
    path("", console.home, name="home"),
    path("signin/", console.signin, name="signin"),
    path("signout/", console.signout, name="signout"),
    path("password/", console.password, name="password"),
    path("items/", console.items, name="items"),
    path("items/<uuid:item>/", console.item, name="item"),
    path("banks/", console.banks, name="banks"),
    path("alarms/", console.alarms, name="alarms"),
    path("alarms/<int:number>/seen/", console.alarm_seen, name="alarm_seen"),
    path("about/", notice.about, name="about"),
]

handler400 = console.ERRORS.bad_request
handler404 = console.ERRORS.not_found
handler500 = console.ERRORS.server_error
