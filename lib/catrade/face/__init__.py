"""What an analyst types after `import catrade as ct`; each name is one of the package `catrade`."""
