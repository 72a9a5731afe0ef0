"""Builds the app from the environment, and nothing else: `gunicorn --threads 8 wsgi:app`."""

from bot.app import create_app
from config.settings import load_settings

app = create_app(load_settings())
