"""A stand-in for Twilio's Messages API on this machine: resources, callbacks, inbound texts, and faults on demand."""
