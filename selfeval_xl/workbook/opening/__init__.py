"""Opening a stranger's file: the zip judged, its XML parsed without trust, sheets and names told, no cell read yet."""
