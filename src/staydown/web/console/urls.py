"""Addresses of the console, which a site puts among its own."""

from django.urls import path

from staydown.web.console import password, sign_in

ADDRESSES = [
    path("", sign_in.home, name="home"),
    path("signin/", sign_in.signin, name="signin"),
    path("signout/", sign_in.signout, name="signout"),
    path("password/", password.password, name="password"),
]
