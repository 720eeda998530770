"""The announcer: turns the calls of a hall into sound, as a device on the network.

It follows the hall's public stream, decides zone by zone what is said, makes the sound, and has a screen of the
zone or the machine's own sound card play it. It knows the server only by docs/protocol.md. See docs/voice.md.
"""
