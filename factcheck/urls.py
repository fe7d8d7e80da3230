from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("articles.urls")),
    path("accounts/", include("allauth.urls")),
    # The admin's own sign-in page knows no rate limits and no second factor.
    path("admin/login/", secure_admin_login(admin.site.login)),
    path("admin/", admin.site.urls),
]

handler400 = "articles.views.errors.bad_request"
