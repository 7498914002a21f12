// Compare.

onOpen.compare = () => {};
