"""What arrives, checked before it is believed: names, bytes, pictures, layers, movies, timesheets, palettes.

Pure functions over paths and bytes. Nothing here imports Django, touches the
database or decides who may do what.
"""
