// Read.

onOpen.read = () => {};
