"""`python -m bot.cli`, which is how the supervisor starts the parts."""

from bot.cli import main

main()
