// Ask.

onOpen.ask = () => {};
