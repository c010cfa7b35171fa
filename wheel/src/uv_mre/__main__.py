"""`python -m uv_mre`."""

from .launch import main

main()
