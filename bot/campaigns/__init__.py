"""Campaigns: drafted, looked at beforehand, started, planned, released and watched. Each step has a module of its own.

drafting → preview → steering        by people
planning → releasing → following     by the clock (`ticking`), a batch at a time
watching                             what stops one: its end, its budget, its pilot, the carrier
"""

from bot.campaigns.starting import MOST_AT_ONCE, Begun, start_flow

__all__ = ["MOST_AT_ONCE", "Begun", "start_flow"]
