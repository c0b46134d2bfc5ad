"""Every address of the bank's site."""

from django.urls import path, re_path

from staydown.web.bank_site import case_views, info_views, partner_views, public_views, start_views
from staydown.web.bank_site.page import ERRORS

urlpatterns = [
    path("", info_views.home, name="home"),
    path("about/", info_views.about, name="about"),
    path("under-18/", info_views.under_18, name="under-18"),
    path("start/", start_views.start, name="start"),
    path("start/who/", start_views.who, name="who"),
    path("start/pictures/", start_views.pictures, name="pictures"),
    path("start/check/", start_views.check, name="check"),
    path("start/pin/", start_views.pin, name="pin"),
    path("start/done/", start_views.done, name="done"),
    path("status/", case_views.status, name="status"),
    path("withdraw/", case_views.withdraw, name="withdraw"),
    path("send-now/", case_views.send_now, name="send-now"),
    path("recover/", case_views.recover, name="recover"),
    path("review/", case_views.review, name="review"),
    path("api/public/cases", public_views.cases),
    path("api/public/work", public_views.work),
    path("api/public/status", public_views.status),
    path("api/public/withdraw", public_views.withdraw),
    path("api/public/send-now", public_views.send_now),
    path("api/public/recover", public_views.recover),
    path("api/public/review", public_views.review),
    path("api/v2/feed", partner_views.feed),
    path("api/v2/feedback", partner_views.feedback),
    # The reference client joins with "/", so a base address with a slash at its end gives two.
    re_path(r"^v1//?FetchHashes$", partner_views.fetch_hashes),
    re_path(r"^v1//?SubmitHashes$", partner_views.submit_hashes),
    re_path(r"^v1//?SubmitFeedback$", partner_views.submit_feedback),
]

handler400 = ERRORS.bad_request
handler404 = ERRORS.not_found
handler500 = ERRORS.server_error
