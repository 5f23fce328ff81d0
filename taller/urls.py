"""All addresses: what is public has its language in the path, what is for people who work on it has not."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from participants.views import logo

from . import views

urlpatterns = [
    path("", views.root, name="root"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("logos/<slug:digest>.png", logo, name="logo"),
    path("accounts/after-login/", views.after_login, name="after_login"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("agenda.urls"))),
]

handler404 = "taller.views.not_found"
