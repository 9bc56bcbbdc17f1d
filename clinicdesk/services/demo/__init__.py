"""A made-up clinic to try the program on: nobody in it exists."""

from __future__ import annotations

from clinicdesk.services.demo.build import DemoClinic, DemoUser, build, demo_users

__all__ = ["DemoClinic", "DemoUser", "build", "demo_users"]
