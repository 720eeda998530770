"""The live side: Socket.IO namespaces, what each may see, snapshot, sync, heartbeat and the publisher."""
